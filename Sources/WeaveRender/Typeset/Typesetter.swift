import WeaveModel
import WeaveSupport

/// Sets formulas (KaTeX), code (Swift by itself, other languages by highlight.js) and diagrams (Graphviz).
package struct Typesetter: Sendable {
  package let tools: Toolchain
  private let cache: Cache
  /// Tells this book's chapters from another's in the cache.
  private let book: String

  /// Without a cache everything is set afresh.
  package init(tools: Toolchain, cache: Cache = .none, book: String = "") {
    self.tools = tools
    self.cache = cache
    self.book = book
  }

  /// All formulas, listings and diagrams of the chapters, with a diagnostic at its place for each
  /// formula and diagram that is refused. Node runs once, Graphviz once per diagram, and only for
  /// what was not set when these chapters were last; Swift needs neither, so an edit of a program starts no Node.
  package func typeset(_ chapters: [Chapter]) async throws -> Typeset {
    let works = chapters.map(Work.init)
    var known: [String: String] = [:]
    let kept = chapters.map { chapter -> [String: String] in cache.value(key(of: chapter)) ?? [:] }
    for fragments in kept { known.merge(fragments) { first, _ in first } }

    var result = Typeset(tools: tools.versions)
    try await setText(works.reduce(into: Work()) { $0.add($1) }, known, into: &result)
    let graphviz = Graphviz(dot: tools.dot)
    for dot in works.flatMap(\.diagrams) where result.diagrams[dot] == nil {
      if let hit = known[key(dot)] {
        result.diagrams[dot] = .success(hit)
        continue
      }
      switch try await graphviz(dot) {
      case .svg(let svg): result.diagrams[dot] = .success(svg)
      case .fault(let line, let message):
        result.diagrams[dot] = .failure(Typeset.Fault(message: message, offset: line))
      }
    }
    for (index, work) in works.enumerated() {
      let made = fragments(of: work, result)
      if made != kept[index] { cache.store(made, key(of: chapters[index])) }
    }
    return result
  }

  private func setText(_ work: Work, _ known: [String: String], into result: inout Typeset) async throws {
    var formulas: [Typeset.Formula] = []
    var listings: [Listing] = []
    for formula in work.formulas {
      if let hit = known[key(formula)] { result.formulas[formula] = .success(hit) } else { formulas.append(formula) }
    }
    for listing in work.listings {
      if listing.language == "swift" {
        result.listings[listing] = SwiftHighlighter.html(listing.code)
      } else if let hit = known[key(listing)] {
        result.listings[listing] = hit
      } else {
        listings.append(listing)
      }
    }
    let answer = try await answer(&formulas, &listings, into: &result)
    guard answer.formulas.count == formulas.count, answer.listings.count == listings.count else {
      throw EnvironmentError("\(tools.node) answered for fewer fragments than it was given")
    }
    for (formula, set) in zip(formulas, answer.formulas) {
      if let html = set.html {
        result.formulas[formula] = Self.unseen(in: html).map { .failure($0) } ?? .success(html)
      } else {
        let units = Array(formula.tex.utf16).prefix(set.position ?? 0)
        result.formulas[formula] = .failure(
          Typeset.Fault(
            message: set.error ?? "refused", offset: String(decoding: units, as: UTF16.self).utf8.count))
      }
    }
    for (listing, set) in zip(listings, answer.listings) { result.listings[listing] = set ?? escaped(listing.code) }
  }

  /// What comes to a limit is taken out and refused, and the rest is set once more; after a few such nothing else is
  /// tried.
  private func answer(
    _ formulas: inout [Typeset.Formula], _ listings: inout [Listing], into result: inout Typeset
  ) async throws -> NodeRun.Answer {
    for _ in 0..<3 {
      do {
        return try await NodeRun(tools: tools)(
          formulas.map { .init(tex: $0.tex, display: $0.display) },
          listings.map { .init(language: $0.language, code: $0.code) })
      } catch let excess as NodeRun.Excess {
        let fault = Typeset.Fault(message: "\(excess.limit): make it smaller", offset: 0)
        switch excess.fragment {
        case .formula(let index) where formulas.indices.contains(index):
          result.formulas[formulas.remove(at: index)] = .failure(fault)
        case .listing(let index) where listings.indices.contains(index):
          result.refused[listings.remove(at: index)] = fault
        default: throw EnvironmentError(excess.limit)
        }
      }
    }
    let fault = Typeset.Fault(message: "not tried, for others took too long", offset: 0)
    for formula in formulas { result.formulas[formula] = .failure(fault) }
    for listing in listings { result.refused[listing] = fault }
    (formulas, listings) = ([], [])
    return NodeRun.Answer()
  }

  /// `\char"202E` writes a character that the chapter itself may not hold.
  private static func unseen(in html: String) -> Typeset.Fault? {
    // KaTeX' own: spaces without a width, and MathML's invisible operators.
    let own: [Unicode.Scalar] = ["\n", "\u{200B}", "\u{2061}", "\u{2062}", "\u{2063}", "\u{2064}"]
    return html.unicodeScalars.first { $0.isUnseen && !own.contains($0) }.map {
      Typeset.Fault(message: "the formula makes the unseen character U+\($0.number): take it out", offset: 0)
    }
  }

  // MARK: What is kept

  /// A chapter's fragments stand together in one entry, by what they were set from.
  private func fragments(of work: Work, _ set: Typeset) -> [String: String] {
    var fragments: [String: String] = [:]
    for formula in work.formulas { fragments[key(formula)] = try? set.formulas[formula]?.get() }
    for listing in work.listings where listing.language != "swift" { fragments[key(listing)] = set.listings[listing] }
    for dot in work.diagrams { fragments[key(dot)] = try? set.diagrams[dot]?.get() }
    return fragments
  }

  private func key(of chapter: Chapter) -> String {
    Digest(["fragments", NodeRun.version, "\(tools.versions)", book, chapter.name]).hex
  }

  private func key(_ formula: Typeset.Formula) -> String { "\(formula.display ? "display" : "inline")\n\(formula.tex)" }
  private func key(_ listing: Listing) -> String { "\(listing.language)\n\(listing.code)" }
  private func key(_ dot: String) -> String { "dot\n\(dot)" }

  /// What there is to set, each thing once, in the order of the book.
  private struct Work {
    var formulas: [Typeset.Formula] = []
    var listings: [Listing] = []
    var diagrams: [String] = []
    private var seen: Set<AnyHashable> = []

    init() {}

    init(_ chapter: Chapter) {
      for formula in chapter.formulas { add(Typeset.Formula(formula)) }
      for listing in chapter.listings { add(listing) }
      for block in chapter.blocks where !block.attributes.hide {
        add(Listing(language: "swift", code: block.displayedCode))
      }
      diagrams = chapter.diagrams.map(\.dot)
    }

    mutating func add(_ work: Work) {
      work.formulas.forEach { add($0) }
      work.listings.forEach { add($0) }
    }

    mutating func add(_ formula: Typeset.Formula) {
      if seen.insert(formula).inserted { formulas.append(formula) }
    }
    mutating func add(_ listing: Listing) {
      if seen.insert(listing).inserted { listings.append(listing) }
    }
  }
}
