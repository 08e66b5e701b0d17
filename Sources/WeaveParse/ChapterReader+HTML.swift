import WeaveModel
import WeaveSupport

/// Raw HTML: labels in comments, tags that are allowed and that pair.
extension ChapterReader {
  /// Between blocks; nil where nothing of it is shown.
  mutating func readHTML(_ node: CMarkNode) -> Block.Content? {
    let html = node.literal
    htmlPlaces.append(Position(line: node.line, column: 1))
    do throws(RawHTML.Fault) {
      let parts = try rawHTML.parts(of: html, at: htmlPlaces.count - 1)
      reportDepth(at: htmlPlaces[htmlPlaces.count - 1])
      if !isPrinted { reportMarkdown(in: node) }
      let isNothing = parts.allSatisfy {
        if case .characters(let text) = $0 { text.allSatisfy(\.isWhitespace) } else { false }
      }
      return isNothing ? nil : .html(RawBlock(parts, read: isPrinted ? [] : readBytes(of: node)))
    } catch {
      report(.html, isPrinted ? htmlPlaces.last! : place(ofByte: error.offset, in: node), error.message)
      return nil
    }
  }

  mutating func readHTML(inline html: String) -> [Inline] {
    let position = position(of: html)
    htmlPlaces.append(position)
    do throws(RawHTML.Fault) {
      let parts = try rawHTML.parts(of: html, at: htmlPlaces.count - 1)
      reportDepth(at: position)
      return parts.map { .html($0) }
    } catch {
      report(.html, position, error.message)
      return []
    }
  }

  private mutating func reportDepth(at position: Position) {
    guard rawHTML.open.count > CMarkDocument.deepest, !isTooDeep else { return }
    isTooDeep = true
    report(.html, position, "here tags are nested deeper than \(CMarkDocument.deepest): close some of them before")
  }

  // A regular expression is read anew each time that its literal is come by: those of each node are read once.
  nonisolated(unsafe) private static let marks = /<!--[\s\S]*?(?:-->|\z)|(\*\*|~~|`|\$[^\s$]|\]\(|\[\^|__)/

  /// What stands on a line with a comment or a tag, up to the next empty line, is HTML: Markdown's marks stay in it.
  private mutating func reportMarkdown(in node: CMarkNode) {
    let html = node.literal
    // Comments are passed over, one after another; one that nobody closes reaches to the end.
    guard html.utf8.contains(where: { "*~`$]_[".utf8.contains($0) }), let first = html.firstMatch(of: Self.marks),
      let mark = first.1 != nil ? first : html.matches(of: Self.marks).first(where: { $0.1 != nil })
    else { return }
    let offset = html.utf8.distance(from: html.startIndex, to: mark.range.lowerBound)
    report(
      .html, place(ofByte: offset, in: node),
      "Markdown is not read here, for the line belongs to a comment or a tag: put an empty line between them")
  }

  /// Bytes that a reader reads: no tags and no comments.
  private func readBytes(of node: CMarkNode) -> [Range<Int>] {
    let lines = node.literal.utf8.count { $0 == 10 }
    var ranges: [Range<Int>] = []
    let whole =
      source.lineStart(node.line)..<source.lineEnd(min(node.line + max(0, lines - 1), source.lineStarts.count))
    var index = whole.lowerBound
    while index < whole.upperBound {
      let rest = source.bytes[index..<whole.upperBound]
      if rest.starts(with: "<!--".utf8) {
        index = rest.firstRange(of: Array("-->".utf8))?.upperBound ?? whole.upperBound
      } else if rest.first == UInt8(ascii: "<") {
        index = rest.firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? whole.upperBound
      } else {
        let stop = rest.firstIndex { $0 == UInt8(ascii: "<") || $0 == 10 } ?? whole.upperBound
        if stop > index { ranges.append(index..<stop) }
        index = stop < whole.upperBound && source.bytes[stop] == 10 ? stop + 1 : stop
      }
    }
    return ranges
  }

  /// `<!-- #tab-norms 正規化の比較 -->` just above a table or a picture.
  mutating func readLabel(_ node: CMarkNode, above next: CMarkNode?) -> (id: String, line: Int)? {
    guard let comment = RawHTML.leadingComment(node.literal) else { return nil }
    let words = comment.drop { $0.isWhitespace }
    guard words.hasPrefix("#") else { return nil }
    let id = words.dropFirst().prefix { !$0.isWhitespace }
    guard next?.kind == "table" || next?.onlyPicture != nil else {
      let message = "the label #\(id) stands above no table and no picture: put the comment just above one"
      report(.reference, Position(line: node.line, column: 1), message)
      return nil
    }
    return (String(id), node.line)
  }

  /// cmark takes a block's indent and a quote's marks away: the line is found again by what is left of it.
  private func place(ofByte offset: Int, in node: CMarkNode) -> Position {
    let before = Array(node.literal.utf8.prefix(offset))
    let line = node.line + before.count { $0 == 10 }
    guard line <= source.lineStarts.count else { return Position(line: node.line, column: 1) }
    let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
    let rest = Array(node.literal.utf8.dropFirst(start).prefix { $0 != 10 })
    let text = Array(source.bytes[source.lineStart(line)..<source.lineEnd(line)])
    let indent = text.count >= rest.count && text.suffix(rest.count).elementsEqual(rest) ? text.count - rest.count : 0
    return source.position(line: line, byteColumn: indent + before.count - start + 1)
  }

  /// Reads what stands in one of Markdown's containers. A browser closes by itself what is open at its end, and an
  /// EPUB's reader shows nothing of it.
  mutating func contained<T>(_ read: (inout ChapterReader) -> T) -> T {
    let outer = rawHTML.enter()
    let result = read(&self)
    for tag in rawHTML.leave(outer) {
      report(
        .html, htmlPlaces[tag.place],
        "<\(tag.name)> is not closed before its paragraph, item, cell or emphasis ends: add </\(tag.name)> there")
    }
    return result
  }

  mutating func closeTags() {
    for tag in rawHTML.open {
      report(.html, htmlPlaces[tag.place], "<\(tag.name)> is never closed: add </\(tag.name)>")
    }
  }
}
