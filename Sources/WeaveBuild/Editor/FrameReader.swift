/// Takes messages out of a stream of bytes: `Content-Length: N`, an empty line, N bytes.
package struct FrameReader {
  package enum Frame: Sendable, Hashable {
    case message([UInt8])
    /// A head that does not say how long its message is: what follows the empty line is taken for the next head.
    case fault(String)
  }

  /// More than this is nobody's message.
  package static let longest = 64 << 20
  private static let longestHead = 8192

  private var bytes: [UInt8] = []
  private var start = 0

  package init() {}

  package mutating func add(_ more: some Sequence<UInt8>) {
    if start > 0 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += more
  }

  /// The next whole frame; nil where more bytes have to come first.
  package mutating func next() -> Frame? {
    guard let head = endOfHead() else {
      guard bytes.count - start > Self.longestHead else { return nil }
      start = bytes.count
      return .fault("a message has no head: write Content-Length, and an empty line after it")
    }
    guard let length = Self.length(in: bytes[start..<head.lowerBound]) else {
      start = head.upperBound
      return .fault("a message's head has no Content-Length that can be read")
    }
    guard length <= Self.longest else {
      start = head.upperBound
      return .fault("a message of \(length) bytes is too long: \(Self.longest) are the most")
    }
    guard bytes.count - head.upperBound >= length else { return nil }
    start = head.upperBound + length
    return .message(Array(bytes[head.upperBound..<start]))
  }

  /// Where the empty line stands.
  private func endOfHead() -> Range<Int>? {
    var index = start
    let last = min(bytes.count, start + Self.longestHead)
    while index + 4 <= last {
      if bytes[index] == 13, bytes[index + 1] == 10, bytes[index + 2] == 13, bytes[index + 3] == 10 {
        return index..<index + 4
      }
      index += 1
    }
    return nil
  }

  private static func length(in head: ArraySlice<UInt8>) -> Int? {
    var length: Int?
    for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false) {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      guard parts[0].lowercased() == "content-length" else { continue }
      let digits = parts[1].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      guard length == nil, !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }),
        let value = Int(String(digits))
      else { return nil }
      length = value
    }
    return length
  }

  /// A message with its head.
  package static func framed(_ message: [UInt8]) -> [UInt8] {
    Array("Content-Length: \(message.count)\r\n\r\n".utf8) + message
  }
}
