/// 数の台帳: every bound number, claim, citation and waiver of the book, with what it rests on and
/// a link to its place.
enum Ledger {
  static let name = "numbers"
  static let path = "\(name).html"
  static let title = "数の台帳"
  static let script = "\(Assets.folder)/ledger.js"

  /// What the page says first, and the form by which its script filters the rows.
  static var introduction: String {
    let kinds = ["計算", "主張", "引用", "免除"].map {
      "<label><input type=\"checkbox\" name=\"kind\" value=\"\($0)\" checked>\($0)</label>"
    }
    return """
      <p>本文・表・図題にある数は、次のどれかに結び付いている。計算は章のプログラムが出した値、主張は真であることを確かめた式、引用は文献の中の場所、免除は結び付けない理由である。表記を選ぶと、その数のある場所へ移る。</p>
      <form class="ledger-tools" role="search" aria-label="台帳を絞り込む">
      <label>言葉 <input type="search" name="words" autocomplete="off" spellcheck="false"></label>
      <label>章 <select name="chapter"><option value="">すべて</option></select></label>
      <fieldset><legend>種類</legend>\(kinds.joined())</fieldset>
      <p role="status"></p>
      </form>

      """
  }

  /// Empty for a chapter without numbers.
  static func section(of page: VerifiedChapter) -> String {
    let rows = page.chapter.links.compactMap { row($0, in: page) }
    if rows.isEmpty { return "" }
    let found = Verification(page)
    let file = "\(page.chapter.name).html"
    return "<section>\n<h2 id=\"\(escaped(page.chapter.name))\"><a href=\"\(escaped(file))\">\(escaped(page.chapter.front.title))</a></h2>\n"
      + "<p class=\"ledger-counts\">\(found.counts.map { "\($0.name) \($0.number)" }.joined(separator: "、"))\(found.waivers > 0 ? "、免除 \(found.waivers)" : "")</p>\n"
      + "<div class=\"scroll\"><table class=\"ledger\">\n<thead><tr><th scope=\"col\">表記</th><th scope=\"col\">種類</th><th scope=\"col\">根拠</th><th scope=\"col\">正確な値</th></tr></thead>\n<tbody>\n"
      + rows.joined() + "</tbody>\n</table></div>\n</section>\n"
  }

  /// The text is Markdown; its marks of code and emphasis are no part of the number.
  private static func words(_ text: String) -> String { text.replacing("`", with: "").replacing("**", with: "") }

  private static func row(_ link: BoundLink, in page: VerifiedChapter) -> String? {
    guard let evidence = page.evidence[link.index] else { return nil }
    let cells: (kind: String, ground: String, value: String)
    var anchor = Anchor.number(link.index)
    switch evidence {
    case .number(let expression, let value, let tolerance, _):
      let shown = "<data value=\"\(escaped(value))\">\(escaped(value))</data>" + EvidenceView.allowance(tolerance)
      cells = ("計算", "<code>\(escaped(expression))</code>", shown)
    case .claim(let expression, _): cells = ("主張", "<code>\(escaped(expression))</code>", "true")
    case .citation(let ordinal, let key, let place):
      // A citation without a place and a numeral is no number.
      if place == nil, !link.text.contains(where: \.isNumber) { return nil }
      let number = "<a href=\"\(escaped(page.chapter.name)).html#\(fragment(Anchor.publication(key)))\">[\(ordinal)]</a>"
      cells = ("引用", "\(number) \(escaped(place ?? ""))", "")
      anchor = Anchor.publication(key)
    case .waiver(let reason): cells = ("免除", escaped(reason), "")
    case .reference: return nil
    }
    let href = "\(page.chapter.name).html#\(fragment(anchor))"
    return "<tr><td><a href=\"\(escaped(href))\">\(escaped(words(link.text)))</a></td><td>\(cells.kind)</td><td>\(cells.ground)</td><td>\(cells.value)</td></tr>\n"
  }
}
