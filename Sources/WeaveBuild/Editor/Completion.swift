import Foundation
import WeaveModel
import WeaveParse

/// What may stand where the author types: modes, attributes, names, ids, keys, files.
struct Completion {
  let edited: EditedChapter
  let book: EditedBook

  init(_ edited: EditedChapter, _ book: EditedBook) { (self.edited, self.book) = (edited, book) }

  /// The kinds of the protocol.
  private enum Kind: Int { case function = 3, variable = 6, property = 10, keyword = 14, file = 17, reference = 18 }

  private struct Item {
    var label: String
    var kind: Kind
    var detail = ""
  }

  func answer(at offset: Int) -> JSON {
    let bytes = edited.chapter.source.bytes
    let start = bytes[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? 0
    let line = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let (items, typed) = fence(line) ?? destination(line, at: offset) else { return [] }
    let range = edited.text.json(offset - typed.utf8.count..<offset)
    return .array(
      items.map { item in
        var json: [String: JSON] = [
          "label": .string(item.label), "kind": .integer(item.kind.rawValue),
          "textEdit": ["range": range, "newText": .string(item.label)],
        ]
        if !item.detail.isEmpty { json["detail"] = .string(item.detail) }
        return .object(json)
      })
  }

  // MARK: Fences

  /// On a line that opens a block: its language, then its mode and attributes.
  private func fence(_ line: String) -> ([Item], typed: String)? {
    let text = line.drop { " \t>".contains($0) }
    let mark = text.first ?? " "
    let fence = text.prefix { $0 == mark }
    guard mark == "`" || mark == "~", fence.count >= 3 else { return nil }
    let words = text.dropFirst(fence.count)
    let typed = String(words.reversed().prefix { $0 != " " }.reversed())
    guard words.contains(" ") else {
      return (["swift", "output", "math", "dot"].map { Item(label: $0, kind: .keyword) }, typed)
    }
    switch words.prefix(while: { $0 != " " }) {
    case "swift":
      let hasMode = words.split(separator: " ").dropFirst().contains {
        CodeBlock.Mode(rawValue: String($0)) != nil && $0 != typed
      }
      let modes =
        hasMode ? [] : CodeBlock.Mode.allCases.map { Item(label: $0.rawValue, kind: .keyword, detail: "mode") }
      let attributes = ["caption=\"\"", "fold", "hide", "volatile", "timeout=10s", "tol=1e-6", "as=markdown", "file="]
      return (modes + attributes.map { Item(label: $0, kind: .property, detail: "attribute") }, typed)
    case "dot": return ([Item(label: "caption=\"\"", kind: .property, detail: "attribute")], typed)
    default: return nil
    }
  }

  // MARK: Links

  /// Within the brackets of a link or a picture.
  private func destination(_ line: String, at offset: Int) -> ([Item], typed: String)? {
    guard let open = line.range(of: "](", options: .backwards) else { return nil }
    var typed = line[open.upperBound...]
    let isAngle = typed.hasPrefix("<")
    if isAngle { typed = typed.dropFirst() }
    if typed.contains(isAngle ? ">" : " ") || !typed.hasPrefix("#=") && typed.contains(")") { return nil }
    if typed.hasPrefix("#=") {
      return (
        names(before: offset), String(typed.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
      )
    }
    if typed.hasPrefix("#@") {
      return (
        book.references.values.sorted { $0.id < $1.id }.map { Item(label: $0.id, kind: .reference, detail: $0.line) },
        String(typed.dropFirst(2))
      )
    }
    if typed.hasPrefix("#") { return (ids(of: edited.chapter), String(typed.dropFirst())) }
    if let hash = typed.range(of: ".md#") {
      let name = String(typed[..<hash.lowerBound])
      return (book.chapter(name).map(ids) ?? [], String(typed[hash.upperBound...]))
    }
    let text = line[..<open.lowerBound]
    if let bracket = text.lastIndex(of: "["), bracket > text.startIndex, text[text.index(before: bracket)] == "!" {
      return (pictures, String(typed))
    }
    let chapters = book.names.map { name in
      Item(label: "\(name).md", kind: .file, detail: book.chapter(name)?.front.title ?? "")
    }
    let forms = [("#=", "a number or a claim"), ("#@", "a publication"), ("#!", "a reason")].map {
      Item(label: $0.0, kind: .keyword, detail: $0.1)
    }
    return (chapters + forms, String(typed))
  }

  private func ids(of chapter: Chapter) -> [Item] {
    chapter.targets.map { target in
      let label = (book.labels(of: chapter.name)?.byID[target.id] ?? nil).map { book.words.label($0) + " " } ?? ""
      return Item(label: target.id, kind: .reference, detail: label + target.words)
    }
  }

  /// What blocks above declare.
  private func names(before offset: Int) -> [Item] {
    let chapter = edited.chapter, bytes = chapter.source.bytes
    var seen: Set<String> = []
    var items: [Item] = []
    for block in chapter.blocks.reversed() where block.mode.place == .script {
      let code = chapter.codeRange(of: block)
      if code.lowerBound > offset { continue }
      for name in SwiftName.all(in: block.code) where !SwiftName.introducers.contains(name) {
        let isDeclared = SwiftName.places(of: name, in: bytes, code).contains {
          SwiftName.isDeclaration($0, in: bytes)
        }
        if isDeclared, seen.insert(name).inserted {
          items.append(Item(label: name, kind: .variable, detail: block.label))
        }
      }
    }
    return items
  }

  /// The files beside the chapters that may be pictures.
  private var pictures: [Item] {
    let endings = Set(PictureFile.Format.allCases.flatMap(\.endings))
    let paths = FileManager.default.enumerator(atPath: book.folder)?.compactMap { $0 as? String } ?? []
    return paths.prefix(10_000).filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }.sorted().map {
      Item(label: $0.contains(" ") ? "<\($0)>" : $0, kind: .file)
    }
  }
}
