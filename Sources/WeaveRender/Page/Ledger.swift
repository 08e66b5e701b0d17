import WeaveModel
import WeaveSupport

/// 数の台帳: every bound number, claim, citation and waiver of the book, with what it rests on and
/// a link to its place.
package enum Ledger {
  package static let name = Book.ledger
  package static let path = "\(name).html"
  package static let title = "数の台帳"
  package static let subtitle = "この本のすべての数と、その根拠"
  package static let script = "\(OutputFolder.assets)/ledger.js"

  package static let words =
    "本文・表・図題にある数は、次のどれかに結び付いている。"
    + "計算は章のプログラムが出した値、主張は真であることを確かめた式、引用は文献の中の場所、"
    + "免除は結び付けない理由である。表記を選ぶと、その数のある場所へ移る。"

  /// What the page says first, and the form by which its script filters the rows.
  static var introduction: String {
    let kinds = ["計算", "主張", "引用", "免除"].map {
      "<label><input type=\"checkbox\" name=\"kind\" value=\"\($0)\" checked>\($0)</label>"
    }
    return """
      <p>\(words)</p>
      <form class="ledger-tools" role="search" aria-label="台帳を絞り込む">
      <label>言葉 <input type="search" name="words" autocomplete="off" spellcheck="false"></label>
      <label>章 <select name="chapter"><option value="">すべて</option></select></label>
      <fieldset><legend>種類</legend>\(kinds.joined())</fieldset>
      <p role="status"></p>
      </form>

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
    case .number, .claim, .waiver: true
    case .citation(_, _, let place): place != nil || link.text.contains(where: \.isNumber)
    case .reference, nil: false
    }
  }

  /// Empty for a chapter without numbers. `href` leads to a place of the chapter, or to its top; `framed` puts the
  /// table in its frame, and `rowID` names a row.
  package static func section(
    of page: VerifiedChapter, href: (_ anchor: String) -> String, framed: (String) -> String,
    rowID: (_ link: Int) -> String? = { _ in nil }
  ) -> String {
    let rows = page.chapter.links.compactMap { row($0, in: page, href, rowID($0.index)) }
    if rows.isEmpty { return "" }
    let found = Verification(page)
    let counts = found.counts.map { "\($0.name) \($0.number)" }.joined(separator: "、")
    return
      "<section>\n<h2 id=\"\(escaped(page.chapter.name))\">"
      + "<a href=\"\(escaped(href("")))\">\(escaped(page.chapter.front.title))</a></h2>\n"
      + "<p class=\"ledger-counts\">\(counts)\(found.waivers > 0 ? "、免除 \(found.waivers)" : "")</p>\n"
      + framed(
        "<table class=\"ledger\">\n<thead><tr><th scope=\"col\">表記</th><th scope=\"col\">種類</th>"
          + "<th scope=\"col\">根拠</th><th scope=\"col\">正確な値</th></tr></thead>\n"
          + "<tbody>\n\(rows.joined())</tbody>\n</table>"
      )
      + "\n</section>\n"
  }

  /// The text is Markdown; its marks of code and emphasis are no part of the number.
  private static func words(_ text: String) -> String { text.replacing("`", with: "").replacing("**", with: "") }

  private static func row(
    _ link: BoundLink, in page: VerifiedChapter, _ href: (String) -> String, _ id: String?
  ) -> String? {
    guard let evidence = page.evidence[link.index], counts(link, evidence) else { return nil }
    let cells: (kind: String, ground: String, value: String)
    var anchor = Anchor.number(link.index)
    switch evidence {
    case .number(let expression, let value, let tolerance, _):
      let shown = "<data value=\"\(escaped(value))\">\(escaped(value))</data>" + EvidenceView.allowance(tolerance)
      cells = ("計算", "<code>\(escaped(expression))</code>", shown)
    case .claim(let expression, _): cells = ("主張", "<code>\(escaped(expression))</code>", "true")
    case .citation(let ordinal, let key, let place):
      let number = "<a href=\"\(escaped(href(Anchor.publication(key))))\">[\(ordinal)]</a>"
      cells = ("引用", "\(number) \(escaped(place ?? ""))", "")
      anchor = Anchor.publication(key)
    case .waiver(let reason): cells = ("免除", escaped(reason), "")
    case .reference: return nil
    }
    return
      "<tr\(anchor == Anchor.number(link.index) ? idAttribute(id) : "")>"
      + "<td><a href=\"\(escaped(href(anchor)))\">\(escaped(words(link.text)))</a></td><td>\(cells.kind)</td>"
      + "<td>\(cells.ground)</td><td>\(cells.value)</td></tr>\n"
  }
}
