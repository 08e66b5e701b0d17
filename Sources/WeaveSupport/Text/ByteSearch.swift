extension StringProtocol {
  /// Whether `needle` occurs, byte for byte: `contains` on strings is many times slower, and a page asks this of every
  /// attribute of every mark.
  package func has(_ needle: String) -> Bool {
    var needle = needle
    let found = utf8.withContiguousStorageIfAvailable { bytes in
      needle.withUTF8 { sought in
        guard let first = sought.first, bytes.count >= sought.count else { return sought.isEmpty }
        return (0...bytes.count - sought.count).contains { start in
          bytes[start] == first && sought.indices.allSatisfy { bytes[start + $0] == sought[$0] }
        }
      }
    }
    return found ?? contains(needle)
  }
}
