/// Links whose destination means something to the book.
extension ProtectedText {
  static let lostLink =
    "this is meant as a link and is none for Markdown: look for an unescaped [ or ], or another link around it"

  /// Behind `](`: lifts the link out where its destination is one of ours, else copies nothing and goes on.
  /// - Parameter isTaken: whether its text holds a link of ours.
  mutating func scanDestination(open: Int, paren: Int, _ end: Int, isTaken: Bool) -> Int {
    var index = paren + 1
    let angle = index < end && bytes[index] == UInt8(ascii: "<")
    if angle { index += 1 }
    let isImage = open > 0 && bytes[open - 1] == UInt8(ascii: "!")
    guard let kind = LinkDestination.Kind(bytes[index..<end]), !isImage else {
      // Somebody else's link: copied as it is, its address no text.
      guard let other = try? LinkDestination(bytes, from: index, angle: angle, end) else { return paren }
      out += bytes[paren..<other.end]
      return other.end
    }
    let destination: LinkDestination
    do throws(LinkDestination.Problem) {
      destination = try LinkDestination(bytes, from: index, angle: angle, end)
    } catch let problem {
      diagnostics.append(
        Diagnostic(.link, source.path, source.position(at: problem.offset), problem.message))
      // The rest of the line is not Markdown any more: leave it out, so that it is reported once.
      out += "(#)".utf8
      var rest = paren + 1
      while rest < end, bytes[rest] != 10 { rest += 1 }
      return rest
    }
    if isTaken {
      diagnostics.append(
        Diagnostic(.link, source.path, source.position(at: open), Self.lostLink))
      out += "()".utf8
      return destination.end
    }
    let textRange = open + 1..<paren - 1
    mark(textRange, false)
    links.append(
      BoundLink(
        index: links.count, target: kind.target(source[destination.range]), text: source[textRange],
        textRange: textRange,
        targetRange: destination.range.lowerBound + kind.prefix..<destination.range.upperBound,
        title: destination.title))
    out += "(#\(links.count - 1))".utf8
    return destination.end
  }
}
