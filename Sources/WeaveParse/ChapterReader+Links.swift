import Foundation
import WeaveModel

/// Links, and what was meant as one. Those that mean something to the book were lifted out by `ProtectedText` before
/// Markdown was read, and stand in `chapter.links`; here each is put where its token came to stand, and one whose token
/// came to stand nowhere is reported.
extension ChapterReader {
  mutating func readLink(_ node: CMarkNode) -> [Inline] {
    let url = node.url
    if isPrinted { return readPrintedLink(node, to: url) }
    if url.hasPrefix("#"), let index = Int(url.dropFirst()), chapter.links.indices.contains(index),
      seenLinks.insert(index).inserted
    {
      let inner = readInlines(node.children)
      reportPicture(in: inner, of: chapter.links[index])
      return [.bound(index, inner)]
    }
    // An address that stands for itself holds no marks.
    let isBare = node.children.count == 1 && node.children[0].kind == "text" && url.hasSuffix(node.children[0].literal)
    let inner = isBare ? [.text(node.children[0].literal)] : readInlines(node.children)
    // What a broken destination was replaced by: that is reported already.
    if url == "#" { return inner }
    if let path = url.removingPercentEncoding, path.hasPrefix(Download.folder) {
      return [.link(to: readDownload(path, position(of: "](" + url)), title: node.title, inner)]
    }
    let schemes = ["https://", "http://", "mailto:"]
    if !schemes.contains(where: url.hasPrefix) {
      report(
        .link, position(of: "](" + url),
        "the link to '\(url)' leads out of the book to nowhere: link to https://…, to a chapter.md, to "
          + "a data/FILE, or to an #id")
    }
    return [.link(to: url, title: node.title, inner)]
  }

  /// A file's way from the chapters' folder, whose name is told where it is none.
  private mutating func readDownload(_ path: String, _ position: Position) -> String {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    let isName = names.allSatisfy { name in
      !name.isEmpty && !name.hasPrefix(".") && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }
    if isName {
      chapter.downloads.append(Download(path: path, position: position))
    } else {
      report(.link, position, "'\(path.prefix(60))' is not a data file's name: letters, digits, -, _ and . only")
    }
    return path
  }

  private mutating func readPrintedLink(_ node: CMarkNode, to url: String) -> [Inline] {
    if !["https://", "http://"].contains(where: url.hasPrefix) {
      refusal = refusal ?? "printed Markdown may link to https:// only, not to '\(url)'"
    }
    return [.link(to: url, title: node.title, readInlines(node.children))]
  }

  mutating func reportLostLinks(silently: Bool) {
    for link in chapter.links where !seenLinks.contains(link.index) {
      // Nothing else is asked of it: neither the rest of it in the text, nor its expression.
      let rest = source.position(at: link.textRange.upperBound)
      withdraw { $0.category == .link && $0.position == rest }
      chapter.links[link.index].target = .remark(.waiver)
      chapter.links[link.index].title = "no link"
      if silently { continue }
      report(.link, source.position(at: link.range.lowerBound), ProtectedText.lostLink)
    }
  }

  /// Tells each expression after which block it stands; in a block's caption, after the block.
  mutating func placeExpressions() {
    let lines = chapter.blocks.map(\.fenceLine)
    for index in chapter.links.indices {
      guard case .expression(let text, _) = chapter.links[index].target else { continue }
      let line = source.line(at: chapter.links[index].textRange.lowerBound)
      chapter.links[index].target = .expression(text, after: lines.partitioningIndex { $0 > line })
    }
  }
}

extension [Int] {
  /// Where the first element is for which `belongs` holds; once it does, it does for all that follow.
  fileprivate func partitioningIndex(where belongs: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
