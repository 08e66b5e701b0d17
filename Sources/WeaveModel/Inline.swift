import WeaveSupport

/// A run of text with its marks: what a paragraph, a heading, a cell or a caption holds.
package struct Prose: Sendable, Hashable {
  package var inlines: [Inline]
  /// Bytes of the source that hold what the page shows as text, with the marks between: no formula, comment, tag or
  /// address of a link. Each within one line.
  package var read: [Range<Int>]

  package init(_ inlines: [Inline], read: [Range<Int>] = []) { (self.inlines, self.read) = (inlines, read) }
}

extension Prose: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) { self.init(plain: text) }

  /// Text without marks.
  package init(plain text: String, read: [Range<Int>] = []) { self.init(text.isEmpty ? [] : [.text(text)], read: read) }
}

/// cmark does not tell where inlines stand; bound links and formulas know their own places.
package indirect enum Inline: Sendable, Hashable {
  case text(String)
  case softBreak
  case lineBreak
  case code(String)
  case emphasis([Inline])
  case strong([Inline])
  case strikethrough([Inline])
  case link(to: String, title: String, [Inline])
  /// A link that is checked: an index into `Chapter.links`.
  case bound(Int, [Inline])
  /// An index into `Chapter.formulas`.
  case formula(Int)
  /// A picture within a text: an index into `Chapter.pictures`, and the words for who does not see it.
  case picture(Int, [Inline])
  /// The footnote of this number, and which reference to it this is, from 1.
  case footnote(Int, reference: Int)
  case html(HTMLPart)

  /// What stands within it.
  package var children: [Inline] {
    switch self {
    case .emphasis(let inner), .strong(let inner), .strikethrough(let inner), .link(_, _, let inner),
      .bound(_, let inner), .picture(_, let inner):
      inner
    case .text, .softBreak, .lineBreak, .code, .formula, .footnote, .html: []
    }
  }
}

extension [Inline] {
  /// These and all that stands within them, in order.
  package var all: [Inline] { flatMap { [$0] + $0.children.all } }

  /// In words: code as it is written, a formula as its TeX.
  package func plain(_ formulas: [Formula]) -> String {
    map { inline in
      switch inline {
      case .text(let text), .code(let text): text
      case .formula(let index): formulas[index].tex
      case .lineBreak: " "
      case .softBreak, .footnote, .html: ""
      default: inline.children.plain(formulas)
      }
    }.joined()
  }
}

extension Chapter {
  /// In words: code as it is written, a formula as its TeX.
  package func plain(_ prose: Prose) -> String { prose.inlines.plain(formulas) }
}

/// A piece of raw HTML that is allowed.
package enum HTMLPart: Sendable, Hashable {
  case tag(HTMLTag)
  /// As HTML: references stand as they are written.
  case characters(String)
}

/// `<sub>`, `</sub>`, `<details open>`.
package struct HTMLTag: Sendable, Hashable {
  package var name: String
  package var closes = false
  package var isOpen = false

  package init(_ name: String, closes: Bool = false, isOpen: Bool = false) {
    (self.name, self.closes, self.isOpen) = (name, closes, isOpen)
  }
}
