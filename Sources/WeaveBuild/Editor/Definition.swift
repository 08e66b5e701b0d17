import Foundation
import WeaveModel

/// Where what stands at a place comes from, and where it is used.
struct Definition {
  let edited: EditedChapter
  let book: EditedBook
  /// By path.
  let uris: [String: String]

  init(_ edited: EditedChapter, _ book: EditedBook, _ uris: [String: String]) {
    (self.edited, self.book, self.uris) = (edited, book, uris)
  }

  private var chapter: Chapter { edited.chapter }
  private var bytes: [UInt8] { chapter.source.bytes }

  func answer(at offset: Int) -> JSON {
    if let link = edited.link(at: offset) {
      switch link.target {
      case .expression(let expression, let after):
        let range = source(of: expression, at: offset, in: link, after: after)
        return range.map { here($0) } ?? .null
      case .reference(let name, let id): return target(name ?? chapter.name, id)
      case .citation(let key): return entry(key)
      case .remark: return .null
      }
    }
    guard let block = edited.block(at: offset), let range = SwiftName.at(offset, in: bytes) else { return .null }
    let name = chapter.source[range]
    if SwiftName.isDeclaration(range, in: bytes) { return .array(links(showing: name).map(here)) }
    return declaration(of: name, upTo: block.index, before: range.lowerBound).map { here($0) } ?? .null
  }

  /// Every place of the chapter where the name at a place stands.
  func uses(at offset: Int) -> JSON {
    guard let range = SwiftName.at(offset, in: bytes) else { return [] }
    let name = chapter.source[range]
    let isCode = edited.block(at: offset) != nil || edited.link(at: offset)?.targetRange.contains(offset) == true
    guard isCode else { return [] }
    let inBlocks = chapter.blocks.flatMap { SwiftName.places(of: name, in: bytes, chapter.codeRange(of: $0)) }
    return .array((inBlocks + links(showing: name)).sorted { $0.lowerBound < $1.lowerBound }.map(here))
  }

  // MARK: Swift

  /// Where the first name of an expression that the chapter declares gets its value; at a name, that one's.
  private func source(of expression: String, at offset: Int, in link: BoundLink, after: Int) -> Range<Int>? {
    var names = SwiftName.all(in: expression)
    if link.targetRange.contains(offset), let range = SwiftName.at(offset, in: bytes) {
      names.insert(chapter.source[range], at: 0)
    }
    for name in names {
      if let found = declaration(of: name, upTo: after - 1, before: .max) { return found }
    }
    return nil
  }

  /// The last declaration of `name` above a place.
  private func declaration(of name: String, upTo last: Int, before offset: Int) -> Range<Int>? {
    for block in chapter.blocks.reversed() where block.index <= last && block.mode.place == .script {
      let found = SwiftName.places(of: name, in: bytes, chapter.codeRange(of: block)).last {
        $0.lowerBound < offset && SwiftName.isDeclaration($0, in: bytes)
      }
      if let found { return found }
    }
    return nil
  }

  /// The texts of the links whose expressions name it.
  private func links(showing name: String) -> [Range<Int>] {
    chapter.links.compactMap { link in
      guard case .expression(let expression, _) = link.target, SwiftName.all(in: expression).contains(name) else {
        return nil
      }
      return link.textRange
    }
  }

  // MARK: Targets

  private func target(_ name: String, _ id: String) -> JSON {
    guard let other = book.chapter(name), let text = book.text(of: name) else { return .null }
    let range = id.isEmpty ? 0..<0 : other.target(id.removingPercentEncoding ?? id)?.range
    return range.map { location("\(name).md", text.json($0)) } ?? .null
  }

  private func entry(_ key: String) -> JSON {
    guard let place = book.reader.book.figurePlaces[key] else { return .null }
    let start: JSON = ["line": .integer(place.line - 1), "character": 0]
    return location("references.json", ["start": start, "end": start])
  }

  private func here(_ range: Range<Int>) -> JSON { location("\(chapter.name).md", edited.text.json(range)) }

  private func location(_ file: String, _ range: JSON) -> JSON {
    let path = "\(book.folder)/\(file)"
    return ["uri": .string(uris[path] ?? URL(fileURLWithPath: path).absoluteString), "range": range]
  }
}
