/// Sets what needs another program: formulas (KaTeX), code (highlight.js), diagrams (Graphviz).
public struct Typesetter: Sendable {
  public let tools: Toolchain
  public let cache: FragmentCache?

  /// Without a cache everything is set afresh.
  public init(tools: Toolchain, cache: FragmentCache? = nil) {
    self.tools = tools
    self.cache = cache
  }

  /// All formulas, listings and diagrams of the chapters, with a diagnostic at its place for each
  /// formula and diagram that is refused. Node runs once, Graphviz once per diagram, and only for
  /// what the cache does not hold.
  public func typeset(_ chapters: [Chapter]) async throws -> Typeset {
    var work = Work()
    for chapter in chapters {
      for formula in chapter.formulas { work.add(Typeset.Formula(formula)) }
      for listing in chapter.listings { work.add(listing) }
      for block in chapter.blocks where !block.attributes.hide {
        work.add(Listing(language: "swift", code: block.displayedCode))
      }
      for diagram in chapter.diagrams where !work.diagrams.contains(diagram.dot) {
        work.diagrams.append(diagram.dot)
      }
    }
    var result = Typeset(tools: tools.versions)
    try await setText(work, into: &result)
    let graphviz = Graphviz(dot: tools.dot)
    for dot in work.diagrams {
      let key = "graphviz \(tools.versions.graphviz) \(tools.versions.font)\n\(dot)"
      if let hit = cache?.value(for: key) {
        result.diagrams[dot] = .success(hit)
        continue
      }
      switch try await graphviz(dot) {
      case .svg(let svg):
        result.diagrams[dot] = .success(svg)
        try cache?.store(svg, for: key)
      case .fault(let line, let message):
        result.diagrams[dot] = .failure(Typeset.Fault(message: message, offset: line))
      }
    }
    return result
  }

  private func setText(_ work: Work, into result: inout Typeset) async throws {
    var formulas: [Typeset.Formula] = []
    var listings: [Listing] = []
    for formula in work.formulas {
      if let hit = cache?.value(for: key(formula)) {
        result.formulas[formula] = .success(hit)
      } else {
        formulas.append(formula)
      }
    }
    for listing in work.listings {
      if let hit = cache?.value(for: key(listing)) {
        result.listings[listing] = hit
      } else {
        listings.append(listing)
      }
    }
    let answer = try await NodeRun(tools: tools)(
      formulas.map { .init(tex: $0.tex, display: $0.display) },
      listings.map { .init(language: $0.language, code: $0.code) })
    guard answer.formulas.count == formulas.count, answer.listings.count == listings.count else {
      throw EnvironmentError("\(tools.node) answered for fewer fragments than it was given")
    }
    for (formula, set) in zip(formulas, answer.formulas) {
      if let html = set.html {
        result.formulas[formula] = .success(html)
        try cache?.store(html, for: key(formula))
      } else {
        let units = Array(formula.tex.utf16).prefix(set.position ?? 0)
        result.formulas[formula] = .failure(
          Typeset.Fault(
            message: set.error ?? "refused", offset: String(decoding: units, as: UTF16.self).utf8.count))
      }
    }
    for (listing, set) in zip(listings, answer.listings) {
      let html = set.html ?? escaped(listing.code)
      result.listings[listing] = html
      try cache?.store(html, for: key(listing))
    }
  }

  private func key(_ formula: Typeset.Formula) -> String {
    "katex \(tools.versions.katex) \(NodeRun.version) \(formula.display ? "display" : "inline")\n\(formula.tex)"
  }

  private func key(_ listing: Listing) -> String {
    "highlight.js \(tools.versions.highlight) \(NodeRun.version) \(listing.language)\n\(listing.code)"
  }

  /// What there is to set, each thing once, in the order of the book.
  private struct Work {
    var formulas: [Typeset.Formula] = []
    var listings: [Listing] = []
    var diagrams: [String] = []
    private var seen: Set<AnyHashable> = []

    mutating func add(_ formula: Typeset.Formula) {
      if seen.insert(formula).inserted { formulas.append(formula) }
    }
    mutating func add(_ listing: Listing) {
      if seen.insert(listing).inserted { listings.append(listing) }
    }
  }
}
