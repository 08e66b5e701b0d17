import Foundation
import WeaveModel
import WeaveSupport

/// Every bound number, claim, citation and waiver of the book, with what it rests on and
/// a link to its place.
package enum Ledger {
  package static let name = Book.ledger
  package static let path = "\(name).html"
  package static let script = "\(OutputFolder.assets)/ledger.js"

  /// What the page says first, and the form by which its script filters the rows.
  static func introduction(_ words: Words) -> String {
    let remarks = RemarkKind.allCases.map { words.evidence.remark($0).kind }
    let words = words.ledger
    let kinds = ([words.computation, words.claim, words.citation] + remarks).map(escaped).map {
      "<label><input type=\"checkbox\" name=\"kind\" value=\"\($0)\" checked>\($0)</label>"
    }
    let all = escaped(words.all)
    return """
      <p>\(escaped(words.introduction))</p>
      <form class="ledger-tools" role="search" aria-label="\(escaped(words.filter))">
      <label>\(escaped(words.words)) <input type="search" name="words" autocomplete="off" spellcheck="false"></label>
      <label>\(escaped(words.chapter)) <select name="chapter"><option value="">\(all)</option></select></label>
      <fieldset><legend>\(escaped(words.kind))</legend>\(kinds.joined())</fieldset>
      <p role="status"></p>
      </form>
      <p class="ledger-nothing" hidden>\(escaped(words.nothing))</p>

      """
  }

  /// Where a link's row stands among those of all chapters.
  package static func row(_ link: Int, of chapter: Chapter) -> String { "\(chapter.name).\(Anchor.number(link))" }

  package static func isEmpty(_ page: VerifiedChapter) -> Bool {
    !page.chapter.links.contains { counts($0, page.evidence[$0.index]) }
  }

  /// Whether a link is a row: a citation without a place and a numeral is no number.
  package static func counts(_ link: BoundLink, _ evidence: Evidence?) -> Bool {
    switch evidence {
    case .number, .claim, .remark: true
    case .citation(_, _, let place): place != nil || link.text.contains(where: \.isNumber)
    case .reference, nil: false
    }
  }

  /// Empty for a chapter without numbers. `href` leads to a place of the chapter, or to its top; `framed` puts the
  /// table in its frame, and `rowID` names a row.
  package static func section(
    of page: VerifiedChapter, _ words: Words, href: (_ anchor: String) -> String, framed: (String) -> String,
    rowID: (_ link: Int) -> String? = { _ in nil }
  ) -> String {
    let rows = page.chapter.links.compactMap { row($0, in: page, words, href, rowID($0.index)) }
    if rows.isEmpty { return "" }
    let found = Verification(page)
    let counts = (found.counts(words) + found.remarkCounts(words)).map {
      escaped("\($0.before)\($0.number)\($0.after)")
    }
    var columns = [words.ledger.printed, words.ledger.kind, words.ledger.ground, words.ledger.value]
    if let runs = page.robustness?.runs { columns.append(words.seeds.column(runs)) }
    let heads = columns.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
    return
      "<section>\n<h2 id=\"\(escaped(page.chapter.name))\">"
      + "<a href=\"\(escaped(href("")))\">\(escaped(page.chapter.front.title))</a></h2>\n"
      + "<p class=\"ledger-counts\">\(counts.joined(separator: words.punctuation.comma))</p>\n"
      + framed(
        "<table class=\"ledger\">\n<thead><tr>\(heads)</tr></thead>\n"
          + "<tbody>\n\(rows.joined())</tbody>\n</table>"
      )
      + "\n</section>\n"
  }

  /// The text is Markdown; its marks of code and emphasis are no part of the number.
  private static func plain(_ text: String) -> String { text.replacing("`", with: "").replacing("**", with: "") }

  private static func row(
    _ link: BoundLink, in page: VerifiedChapter, _ words: Words, _ href: (String) -> String, _ id: String?
  ) -> String? {
    guard let evidence = page.evidence[link.index], counts(link, evidence) else { return nil }
    let cells: (kind: String, ground: String, value: String)
    var anchor = Anchor.number(link.index)
    switch evidence {
    case .number(let expression, let value, let tolerance, _):
      let shown =
        "<data value=\"\(escaped(value))\">\(escaped(value))</data>" + EvidenceView.allowance(tolerance, words)
      cells = (words.ledger.computation, "<code>\(escaped(expression))</code>", shown)
    case .claim(let expression, let identity, _):
      let trial = TrialView.text(identity, page.vacuity?.links[link.index], words)
      let said = trial.map { "<span class=\"trial\">\(escaped($0))</span>" } ?? ""
      cells = (words.ledger.claim, "<code>\(escaped(expression))</code>\(said)", "true")
    case .citation(let ordinal, let key, let place):
      let number = "<a href=\"\(escaped(href(Anchor.publication(key))))\">[\(ordinal)]</a>"
      cells = (words.ledger.citation, "\(number) \(escaped(place ?? ""))", "")
      anchor = Anchor.publication(key)
    case .remark(let kind, let said): cells = (words.evidence.remark(kind).kind, escaped(said), "")
    case .reference: return nil
    }
    return
      "<tr\(anchor == Anchor.number(link.index) ? idAttribute(id) : "")>"
      + "<td><a href=\"\(escaped(href(anchor)))\">\(escaped(plain(link.text)))</a>\(place(of: link, in: page))</td>"
      + "<td>\(escaped(cells.kind))</td>"
      + "<td>\(cells.ground)</td><td>\(cells.value)</td>\(spread(of: link, in: page, words))</tr>\n"
  }

  /// The section and the sentence that a number stands in.
  private static func place(of link: BoundLink, in page: VerifiedChapter) -> String {
    let chapter = page.chapter
    let line = chapter.source.line(at: link.range.lowerBound)
    let section = chapter.headings.last { $0.line <= line && $0.level > 1 }?.text ?? ""
    let sentence = page.sentences[link.index].flatMap { $0 == plain(link.text) ? nil : $0 } ?? ""
    if section.isEmpty, sentence.isEmpty { return "" }
    let heading = section.isEmpty ? "" : "<b>\(escaped(section))</b>"
    return "<small>\(heading)\(escaped(sentence))</small>"
  }

  /// The cell of the runs under other seeds, where there were any; the script sorts by its number.
  private static func spread(of link: BoundLink, in page: VerifiedChapter, _ words: Words) -> String {
    guard let robustness = page.robustness else { return "" }
    guard let spread = robustness.links[link.index] else { return "<td></td>" }
    let head = escaped(words.seeds.runs(robustness.runs))
    let view = SpreadView(runs: robustness.runs, words: words.seeds)
    let size = view.size(spread).map { String(format: "%.4g", $0) } ?? ""
    return "<td data-head=\"\(head)\"><data value=\"\(size)\">\(escaped(view.text(spread)))</data></td>"
  }
}
