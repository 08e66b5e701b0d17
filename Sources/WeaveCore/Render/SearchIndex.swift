import Foundation

/// The book's text by sections, for the search in the browser. A script, not JSON: a page opened
/// from a file may load a script, but not fetch.
enum SearchIndex {
  static let path = "\(Assets.folder)/search-index.js"

  struct Section: Encodable {
    var page: String
    var id: String
    /// The chapter's short name and the section's heading.
    var chapter: String
    var heading: String
    var text: String
  }

  static let head = "window.bookSections = [\n"
  static let foot = "];\n"

  /// The chapter's sections, a line each; a list in a script may end with a comma.
  static func part(of page: VerifiedChapter) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try sections(page).map { Script.literal(try encoder.encode($0)) + ",\n" }.joined()
  }

  static func sections(_ page: VerifiedChapter) -> [Section] {
    let chapter = page.chapter
    func section(_ id: String, _ heading: String) -> Section {
      Section(page: "\(chapter.name).html", id: id, chapter: chapter.front.short, heading: heading, text: "")
    }
    var sections = [section("", chapter.front.title)]
    func add(_ text: String) { sections[sections.count - 1].text += text }
    // The heading stands in its own field already.
    var heading: Heading?
    for part in chapter.skeleton {
      if let current = heading {
        guard case .html(let html) = part, let end = html.range(of: "</h\(current.level)>") else { continue }
        heading = nil
        add(plain(String(html[end.upperBound...])))
        continue
      }
      switch part {
      case .html(let html): add(plain(html))
      case .slot(.heading(let index)):
        heading = chapter.headings[index]
        sections.append(section(chapter.headings[index].id, chapter.headings[index].text))
      case .slot(.block(let index)):
        let block = chapter.blocks[index]
        add(" \(block.attributes.caption ?? "") \(block.attributes.hide ? "" : block.displayedCode) ")
      case .slot(.formula(let index)): add(chapter.formulas[index].tex)
      case .slot(.diagram(let index)): add(" \(chapter.diagrams[index].caption ?? "") ")
      case .slot(.listing(let index)): add(" \(chapter.listings[index].code) ")
      case .slot(.table(let index)): add(" \(chapter.tables[index].caption ?? "") ")
      case .slot(.link), .slot(.close): break
      }
    }
    for index in sections.indices {
      sections[index].text = sections[index].text.withSingleSpaces
    }
    return sections.filter { !$0.text.isEmpty || !$0.id.isEmpty }
  }

  /// The words of HTML as cmark writes it; tags that end a block become a space.
  private static func plain(_ html: String) -> String {
    var text = ""
    for token in XMLTokens(html) {
      switch token {
      case .text(let words):
        guard words.has("&") else {
          text += words
          continue
        }
        text += words.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
          .replacing("&amp;", with: "&")
      case .end(let name): if ["p", "li", "td", "th", "h1", "h2", "h3", "h4", "summary", "div"].contains(name) { text += " " }
      case .start, .fault: break
      }
    }
    return text
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
enum Script {
  /// Neither the end of a `<script>`, should the file come to stand in one, nor what older engines take for a line's end.
  static func literal(_ json: Data) -> String {
    var text = String(decoding: json, as: UTF8.self)
    if text.has("</s") || text.has("</S") { text = text.replacing(/<\/(?=[sS][cC])/, with: "<\\/") }
    return text.replacing("\u{2028}", with: "\\u2028").replacing("\u{2029}", with: "\\u2029")
  }
}
