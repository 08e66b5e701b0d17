import WeaveModel

/// Links whose destination means something to the book.
extension ProtectedText {
  static let lostLink =
    "this is meant as a link and is not one for Markdown: look for an unescaped [ or ], or another link around it"

  /// After `](`: lifts the link out where its destination is one of ours, else passes over it.
  /// - Parameter isTaken: whether its text holds a link of ours.
  mutating func scanDestination(open: Int, paren: Int, _ end: Int, isTaken: Bool) -> Int {
    var index = paren + 1
    let angle = index < end && bytes[index] == UInt8(ascii: "<")
    if angle { index += 1 }
    let isImage = open > 0 && bytes[open - 1] == UInt8(ascii: "!")
    guard let kind = LinkDestination.Kind(bytes[index..<end]), !isImage else {
      // Somebody else's link: its address is no text.
      return (try? LinkDestination(bytes, from: index, angle: angle, end))?.end ?? paren
    }
    let destination: LinkDestination
    do throws(LinkDestination.Problem) {
      destination = try LinkDestination(bytes, from: index, angle: angle, end)
    } catch let problem {
      report(problem.message, at: min(problem.offset, end - 1))
      // The rest of the line is not Markdown any more: leave it out, so that it is reported once.
      var rest = paren + 1
      while rest < end, bytes[rest] != 10 { rest += 1 }
      replace(paren..<rest, with: "(#)")
      return rest
    }
    if isTaken {
      report(Self.lostLink, at: open)
      replace(paren..<destination.end, with: "()")
      return destination.end
    }
    let textRange = leaf.offsets[open] + 1..<leaf.offsets[paren - 1]
    let raw = destination.range
    let target = leaf.offsets[raw.lowerBound + kind.prefix - 1] + 1..<leaf.offsets[raw.upperBound]
    links.append(
      BoundLink(
        index: links.count, target: kind.target(String(decoding: bytes[raw], as: UTF8.self)),
        range: leaf.source(open..<destination.end), text: source[textRange], textRange: textRange, targetRange: target,
        title: destination.title, titleRange: destination.titleRange.map(leaf.source)))
    replace(paren..<destination.end, with: "(#\(links.count - 1))")
    return destination.end
  }

  private mutating func report(_ message: String, at index: Int) {
    diagnostics.append(Diagnostic(.link, source.path, source.position(at: leaf.offsets[index]), message))
  }
}
