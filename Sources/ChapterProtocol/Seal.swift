/// Shows that a record comes from the recorder, and in which place of its row: a keyed hash (SipHash-2-4, Aumasson and
/// Bernstein 2012) over the record's number and its bytes.
///
/// Both sides count for themselves, so that a record which is left out, repeated or moved has a wrong seal, as has one
/// that somebody without the key wrote.
package struct Seal: Sendable {
  package static let keySize = 16
  package static let size = 8

  private let key: (low: UInt64, high: UInt64)
  private var count: UInt64 = 0

  /// - Parameter key: `keySize` bytes.
  package init(key: [UInt8]) {
    precondition(key.count == Self.keySize, "a seal's key has \(Self.keySize) bytes, this has \(key.count)")
    self.key = (Self.word(key, at: 0), Self.word(key, at: 8))
  }

  /// The seal of the next record.
  package mutating func next(_ record: some Collection<UInt8>) -> [UInt8] {
    let number = Self.bytes(count)
    count += 1
    return Self.bytes(SipHash.hash(number + record, low: key.low, high: key.high))
  }

  /// The hash itself, of bytes without a number.
  package static func sipHash(_ bytes: [UInt8], key: [UInt8]) -> UInt64 {
    SipHash.hash(bytes, low: word(key, at: 0), high: word(key, at: 8))
  }

  static func bytes(_ word: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }

  static func word(_ bytes: [UInt8], at start: Int) -> UInt64 {
    bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt64.self)) }
  }
}

enum SipHash {
  static func hash(_ bytes: [UInt8], low: UInt64, high: UInt64) -> UInt64 {
    var v0 = low ^ 0x736f_6d65_7073_6575
    var v1 = high ^ 0x646f_7261_6e64_6f6d
    var v2 = low ^ 0x6c79_6765_6e65_7261
    var v3 = high ^ 0x7465_6462_7974_6573

    func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
    func round() {
      v0 &+= v1
      v1 = rotated(v1, 13) ^ v0
      v0 = rotated(v0, 32)
      v2 &+= v3
      v3 = rotated(v3, 16) ^ v2
      v0 &+= v3
      v3 = rotated(v3, 21) ^ v0
      v2 &+= v1
      v1 = rotated(v1, 17) ^ v2
      v2 = rotated(v2, 32)
    }
    func take(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    let whole = bytes.count & ~7
    bytes.withUnsafeBytes { bytes in
      var start = 0
      while start < whole {
        take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
        start += 8
      }
    }
    let rest = bytes[whole...].enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) }
    take(rest | UInt64(bytes.count & 0xff) << 56)
    v2 ^= 0xff
    for _ in 0..<4 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }
}
