import WeaveModel
import WeaveSupport

/// A checked link on the page: its text, marked, with what it rests on in a popup that needs no script.
struct EvidenceView {
  let page: VerifiedChapter
  let words: Words
  /// The link's index.
  let index: Int
  /// Of a citation: its anchor.
  let anchor: String?
  /// Where the chapter gives its values their names.
  let definitions: Definitions
  /// A link to the block after which a value was computed.
  let link: (CodeBlock) -> String

  private var popup: String { Anchor.popup(index) }

  /// What stands before and after the link's text.
  func html(_ evidence: Evidence) -> (start: String, end: String) {
    switch evidence {
    case .number(let expression, let value, let tolerance, let block):
      return (
        "<span class=\"bound number\" id=\"\(Anchor.number(index))\" tabindex=\"0\" aria-describedby=\"\(popup)\">"
          + "<data value=\"\(escaped(value))\">",
        "</data>"
          + popupHTML(
            definition(of: expression, block) + "<code class=\"expression\">\(escaped(expression))</code>"
              + "<span class=\"value\">= \(escaped(value))\(Self.allowance(tolerance, words))</span>" + spread
              + place(block))
          + "</span>"
      )
    case .claim(let expression, let identity, let block):
      return (
        "<span class=\"bound claim\" id=\"\(Anchor.number(index))\" tabindex=\"0\" aria-describedby=\"\(popup)\">",
        "<span class=\"tick\" aria-hidden=\"true\">\u{2060}✓\u{2060}</span>"
          + popupHTML(
            definition(of: expression, block) + "<code class=\"expression\">\(escaped(expression))</code>"
              + "<span class=\"value\">= true</span>" + spread + trial(identity) + place(block)) + "</span>"
      )
    case .citation(let ordinal, let key, let place):
      let entry = page.bibliography.first { $0.id == key }.map { Bibliography.html($0, words) } ?? escaped(key)
      let id = idAttribute(anchor)
      return (
        "<span class=\"bound cite\"\(id) aria-describedby=\"\(popup)\">",
        "\u{2060}<a class=\"cite-number\" href=\"#\(fragment(Anchor.publication(key)))\" "
          + "aria-label=\"\(escaped(words.evidence.citation(ordinal)))\">[\(ordinal)]</a>\u{2060}"
          + popupHTML(entry + (place.map { "<span class=\"value\">\(escaped($0))</span>" } ?? "")) + "</span>"
      )
    case .remark(let kind, let said):
      return (
        "<span class=\"bound \(kind.rawValue)\" id=\"\(Anchor.number(index))\" tabindex=\"0\" "
          + "aria-describedby=\"\(popup)\">",
        popupHTML("<span class=\"value\">\(escaped(words.evidence.remark(kind).note(said)))</span>") + "</span>"
      )
    case .reference(let file, let anchor, _):
      return ("<a class=\"reference\" href=\"\(escaped(file ?? ""))#\(fragment(anchor))\">", "</a>")
    }
  }

  private func definition(of expression: String, _ block: Int?) -> String {
    guard let line = definitions.line(for: expression, after: block) else { return "" }
    return "<code class=\"expression defined\">\(escaped(line))</code>"
  }

  /// How far the printed number may be from the value, where it may.
  static func allowance(_ tolerance: String?, _ words: Words) -> String {
    tolerance.map { escaped(words.evidence.tolerance($0)) } ?? ""
  }

  /// What other seeds make of it, where that was measured.
  private var spread: String {
    guard let robustness = page.robustness, let spread = robustness.links[index] else { return "" }
    let text = SpreadView(runs: robustness.runs, words: words.seeds).sentence(spread)
    return "<span class=\"value seeds\">\(escaped(text))</span>"
  }

  /// Whether a claim can fail, where that was tried or is said.
  private func trial(_ identity: String?) -> String {
    guard let text = TrialView.text(identity, page.vacuity?.links[index], words) else { return "" }
    return "<span class=\"value seeds\">\(escaped(text))</span>"
  }

  private func popupHTML(_ inner: String) -> String {
    "<span class=\"why\" id=\"\(popup)\"><span class=\"card\">\(inner)</span></span>"
  }

  private func place(_ index: Int?) -> String {
    guard let index, index < page.chapter.blocks.count else { return "" }
    return link(page.chapter.blocks[index])
  }
}
