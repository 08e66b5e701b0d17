/// Where the entries of a JSON list stand: what decoders do not tell of a text that they could read.
struct JSONPlaces {
  /// Of the `{` of each entry, and by key of each value's key.
  private(set) var entries: [(start: Int, keys: [String: Int])] = []

  /// Reads a list of objects; what is none is an entry without keys. Where brackets do not pair it stops.
  init(_ bytes: [UInt8]) {
    var depth = 0
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let end = Self.stringEnd(bytes, index)
        if depth == 1 { entries.append((index, [:])) }
        if depth == 2, Self.isKey(bytes, end), !entries.isEmpty {
          entries[entries.count - 1].keys[String(decoding: bytes[index + 1..<max(index + 1, end - 1)], as: UTF8.self)] =
            index
        }
        index = end
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if depth == 1 { entries.append((index, [:])) }
        depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case 9, 10, 13, 32, UInt8(ascii: ","), UInt8(ascii: ":"): break
      default:
        // A number, or a word: to its end.
        if depth == 1 { entries.append((index, [:])) }
        while index + 1 < bytes.count, !"[]{},: \n\t\r\"".utf8.contains(bytes[index + 1]) { index += 1 }
      }
      index += 1
    }
  }

  /// Of the entry's key, of the entry, or of the list's beginning.
  func offset(_ entry: Int?, key: String? = nil) -> Int {
    guard let entry, entries.indices.contains(entry) else { return 0 }
    return key.flatMap { entries[entry].keys[$0] } ?? entries[entry].start
  }

  private static func stringEnd(_ bytes: [UInt8], _ begin: Int) -> Int {
    var index = begin + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, bytes.count)
  }

  private static func isKey(_ bytes: [UInt8], _ end: Int) -> Bool {
    bytes[end...].first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: ":")
  }
}
