/// A code fence's opening line, wherever it stands: in a list, in a quote.
struct Fence {
  private let mark: UInt8
  private let count: Int

  init?(_ line: ArraySlice<UInt8>) {
    var rest = line.drop { $0 == 32 || $0 == UInt8(ascii: ">") }
    // A fence may begin right behind a list's mark.
    let afterNumber = rest.drop { (48...57).contains($0) }
    if let first = rest.first, "-*+".utf8.contains(first), rest.dropFirst().first == 32 {
      rest = rest.dropFirst().drop { $0 == 32 }
    } else if afterNumber.count < rest.count, let first = afterNumber.first, ".)".utf8.contains(first) {
      rest = afterNumber.dropFirst().drop { $0 == 32 }
    }
    guard let first = rest.first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return nil }
    mark = first
    count = rest.prefix { $0 == first }.count
    guard count >= 3 else { return nil }
    if first == UInt8(ascii: "`"), rest.dropFirst(count).contains(first) { return nil }
  }

  func closes(_ line: ArraySlice<UInt8>) -> Bool {
    let rest = line.drop { $0 == 32 || $0 == UInt8(ascii: ">") }
    let run = rest.prefix { $0 == mark }.count
    return run >= count && rest.dropFirst(run).allSatisfy { $0 == 32 || $0 == 9 || $0 == 13 }
  }
}
