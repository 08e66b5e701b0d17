import Foundation
import WeaveModel
import WeaveSupport

/// Pictures: what their words and their addresses must be. Their files are read afterwards.
extension ChapterReader {
  mutating func readPicture(_ node: CMarkNode) -> [Inline] {
    if isPrinted {
      refusal = refusal ?? "printed Markdown may hold no images"
      return []
    }
    let position = position(of: "![")
    let words = readInlines(node.children)
    let url = node.url
    let plain = words.plain(chapter.formulas).trimmingCharacters(in: .whitespaces)
    let path = picturePath(url, position)
    let file = (path as NSString).lastPathComponent
    let holdsPicture = words.all.contains { if case .picture = $0 { true } else { false } }
    if holdsPicture {
      report(.picture, position, "a picture stands in the words of another: put it after that one")
    } else if plain.isEmpty || !file.isEmpty && [file, (file as NSString).deletingPathExtension].contains(plain) {
      report(
        .picture, position,
        "who does not see this picture is told nothing of it: write what it shows between ![ and ](\(url.prefix(60)))")
    }
    var picture = Picture(path: path, position: position)
    if !node.title.isEmpty {
      picture.caption = Prose(plain: node.title)
      untakenTitles.insert(chapter.pictures.count)
    }
    chapter.pictures.append(picture)
    return [.picture(chapter.pictures.count - 1, words)]
  }

  /// The way from the chapters' folder; empty where the address names no file there, which is told.
  private mutating func picturePath(_ url: String, _ position: Position) -> String {
    func refuse(_ message: String) -> String {
      report(.picture, position, message)
      return ""
    }
    if url.hasPrefix("#") {
      return refuse("the ! before this link makes a picture of it: write \\! for the sign, or name the picture's file")
    }
    if url.isEmpty { return refuse("this picture has no file: write its name between ]( and )") }
    if url.prefixMatch(of: Self.scheme) != nil || url.hasPrefix("//") {
      return refuse(
        "pages load nothing from elsewhere: put the picture's file beside the chapter, and write its name for "
          + "'\(url.prefix(60))'")
    }
    if url.hasPrefix("/") {
      return refuse("'\(url)' begins with /: write the file's way from the chapters' folder, as in pictures/map.png")
    }
    if let mark = url.first(where: { "?#".contains($0) }) {
      return refuse(
        "'\(url)' goes on with \(mark) after the file's name: take that out, or write \(mark == "?" ? "%3F" : "%23") "
          + "for the sign; a twin for dark paper is called map.dark.png beside map.png")
    }
    if url.contains("\\") { return refuse("'\(url)' holds a backslash: write / between a folder and a file") }
    let path = url.removingPercentEncoding ?? url
    return path.split(separator: "/", omittingEmptySubsequences: false).filter { $0 != "." }.joined(separator: "/")
  }

  nonisolated(unsafe) private static let scheme = /[A-Za-z][A-Za-z0-9+.\-]*:/

  /// A picture that is all of its paragraph stands by itself: its title, or the label above it, is its caption.
  mutating func takeTitle(ofPicture index: Int, of node: CMarkNode) {
    guard untakenTitles.remove(index) != nil else { return }
    let last = min(max(node.line, node.endLine), source.lineStarts.count)
    let line = (node.line...last).last { leaves[Leaf.Key(line: $0, isCaption: true)] != nil }
    if let line { captionLines.append((.picture(index), line)) }
  }

  mutating func label(picture index: Int, _ label: (id: String, line: Int)) {
    chapter.pictures[index].id = label.id
    chapter.pictures[index].line = label.line
    guard leaves[Leaf.Key(line: label.line, isCaption: true)] != nil else { return }
    if chapter.pictures[index].caption != nil {
      report(
        .picture, line: label.line,
        "this picture has two captions, here and as its title: take one of them out")
    }
    captionLines.append((.picture(index), label.line))
  }

  mutating func reportUntakenTitles() {
    for index in untakenTitles.sorted() {
      report(
        .picture, chapter.pictures[index].position,
        "a picture in a text has no caption: take its title out, or let the picture stand in a paragraph of its own")
    }
  }

  /// What a checked link says is words.
  mutating func reportPicture(in inner: [Inline], of link: BoundLink) {
    if case .reference = link.target { return }
    let holdsPicture = inner.all.contains { if case .picture = $0 { true } else { false } }
    if holdsPicture {
      report(
        .picture, source.position(at: link.range.lowerBound),
        "a picture is no text that can be held against anything: put it beside the link")
    }
  }
}

extension CMarkNode {
  /// The picture that is all of this paragraph.
  var onlyPicture: CMarkNode? {
    guard kind == "paragraph", let first = firstChild, first.kind == "image", first.next == nil else { return nil }
    return first
  }
}
