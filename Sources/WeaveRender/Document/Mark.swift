import WeaveParse

/// Comments around what another program rendered. `check` blanks such a stretch on a machine where
/// that program has another version.
package enum Mark: String, CaseIterable {
  case katex, highlight, graphviz

  package var start: String { "<!--\(rawValue)-->" }
  package var end: String { "<!--/\(rawValue)-->" }

  package func around(_ html: String) -> String { start + html + end }

  /// `page` with everything between this mark's comments left out.
  func blanked(_ page: [UInt8]) -> [UInt8] {
    let start = Array(start.utf8)
    let end = Array(end.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(page.count)
    var index = 0
    var inside = false
    while index < page.count {
      let mark = inside ? end : start
      if page[index] == mark[0], page[index...].starts(with: mark) {
        result += mark
        index += mark.count
        inside.toggle()
      } else {
        if !inside { result.append(page[index]) }
        index += 1
      }
    }
    return result
  }
}
