import Foundation
import WeaveModel
import WeaveSupport

/// The book's text by sections, for the search in the browser. A script, not JSON: a page opened
/// from a file may load a script, but not fetch.
enum SearchIndex {
  static let path = "\(OutputFolder.assets)/search-index.js"

  struct Section: Encodable {
    var page: String
    var id: String
    /// The chapter's short name and the section's heading.
    var chapter: String
    var heading: String
    var text: String
    /// The heading where it holds formulas: as the page shows it.
    var html: String?
  }

  /// What the glossary calls one thing.
  private struct Names: Encodable {
    var names: [String]
  }

  static let head = "window.bookSections = [\n"
  static let foot = "];\n"

  /// The chapter's sections, a line each, and the names of its terms; a list in a script may end with a comma.
  /// `heading` writes one as the page shows it.
  static func part(of page: VerifiedChapter, _ words: Words, heading: (Prose) -> String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func line(_ value: some Encodable) throws -> String { Script.literal(try encoder.encode(value)) + ",\n" }
    return try sections(page, words, heading: heading).map(line).joined()
      + page.chapter.termNames.filter { $0.count > 1 }.map { try line(Names(names: $0)) }.joined()
  }

  static func sections(_ page: VerifiedChapter, _ words: Words, heading: (Prose) -> String) -> [Section] {
    let chapter = page.chapter
    func section(_ id: String, _ heading: String) -> Section {
      Section(page: "\(chapter.name).html", id: id, chapter: chapter.front.short, heading: heading, text: "")
    }
    var sections = [section("", chapter.front.title)]
    func add(_ text: String) { sections[sections.count - 1].text += text }
    for block in chapter.document.allBlocks {
      // A heading stands in its own field.
      if case .heading(let index, let prose) = block.content {
        sections.append(section(chapter.headings[index].id, chapter.headings[index].text))
        let hasFormula = prose.inlines.all.contains { if case .formula = $0 { true } else { false } }
        if hasFormula { sections[sections.count - 1].html = heading(prose) }
      } else {
        add(" \(text(of: block, in: chapter, words)) ")
      }
    }
    for index in sections.indices {
      sections[index].text = sections[index].text.withSingleSpaces
    }
    return sections.filter { !$0.text.isEmpty || !$0.id.isEmpty }
  }

  private static func text(of block: Block, in chapter: Chapter, _ words: Words) -> String {
    func caption(_ prose: Prose?) -> String { prose.map(chapter.plain) ?? "" }
    switch block.content {
    case .code(let index):
      let block = chapter.blocks[index]
      return "\(caption(block.attributes.caption)) \(block.attributes.hide ? "" : block.displayedCode)"
    case .listing(let index): return chapter.listings[index].code
    case .formula(let index): return chapter.formulas[index].tex
    case .diagram(let index): return caption(chapter.diagrams[index].caption)
    case .picture(let index, let alt):
      return "\(caption(chapter.pictures[index].caption)) \(chapter.plain(alt))"
    case .table(let table):
      let cells = block.prose.map { text($0.inlines, chapter) }
      return ([caption(chapter.tables[table.index].caption)] + cells).joined(separator: " ")
    case .alert(let alert, _): return words.title(of: alert)
    case .html(let raw): return raw.parts.map { text(of: $0) }.joined()
    case .paragraph, .heading, .list, .quote, .rule: return block.prose.map { text($0.inlines, chapter) }.joined()
    }
  }

  private static func text(_ inlines: [Inline], _ chapter: Chapter) -> String {
    inlines.map { inline in
      switch inline {
      case .text(let text), .code(let text): text
      case .softBreak, .lineBreak: " "
      case .formula(let index): chapter.formulas[index].tex
      case .footnote(let number, _): "\(number)"
      case .html(let part): text(of: part)
      case .picture: " \(text(inline.children, chapter)) "
      default: text(inline.children, chapter)
      }
    }.joined()
  }

  private static func text(of part: HTMLPart) -> String {
    switch part {
    case .tag(let tag): tag.closes && tag.name == "summary" ? " " : ""
    case .characters(let text):
      text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
        .replacing("&amp;", with: "&")
    }
  }
}

extension String {
  /// A space for each stretch of white space, none at either end.
  fileprivate var withSingleSpaces: String {
    var text = ""
    text.unicodeScalars.reserveCapacity(unicodeScalars.count)
    var isBehindSpace = false
    for scalar in unicodeScalars {
      if scalar.isASCII ? (9...13).contains(scalar.value) || scalar == " " : scalar.properties.isWhitespace {
        isBehindSpace = true
      } else {
        if isBehindSpace, !text.isEmpty { text.unicodeScalars.append(" ") }
        isBehindSpace = false
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

/// JSON as a script may hold it.
package enum Script {
  /// Neither the end of a `<script>`, should the file come to stand in one, nor what older engines take for a line's
  /// end.
  package static func literal(_ json: Data) -> String {
    var text = String(decoding: json, as: UTF8.self)
    if text.has("</s") || text.has("</S") { text = text.replacing(/<\/(?=[sS][cC])/, with: "<\\/") }
    return text.replacing("\u{2028}", with: "\\u2028").replacing("\u{2029}", with: "\\u2029")
  }
}
