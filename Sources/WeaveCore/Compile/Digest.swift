/// SHA-256 (FIPS 180-4): keys of contents in the cache.
struct Digest: Sendable, Hashable {
  let hex: String

  /// Of several parts, each with its length, so that no two lists of parts give the same bytes.
  init(_ parts: [String]) {
    var bytes: [UInt8] = []
    for part in parts {
      bytes += "\(part.utf8.count):".utf8
      bytes += part.utf8
    }
    self.init(bytes)
  }

  init(_ bytes: [UInt8]) {
    var state: [UInt32] = Self.initial
    var schedule = [UInt32](repeating: 0, count: 64)
    var message = bytes
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    let bits = UInt64(bytes.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) { message.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    message.withUnsafeBufferPointer { message in
      for start in stride(from: 0, to: message.count, by: 64) {
        Self.compress(&state, message, start, &schedule)
      }
    }
    hex = state.map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 8 - text.count) + text
    }.joined()
  }

  private static func compress(
    _ state: inout [UInt32], _ message: UnsafeBufferPointer<UInt8>, _ start: Int, _ w: inout [UInt32]
  ) {
    func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
    for i in 0..<16 {
      let at = start + 4 * i
      w[i] =
        UInt32(message[at]) << 24 | UInt32(message[at + 1]) << 16 | UInt32(message[at + 2]) << 8
        | UInt32(message[at + 3])
    }
    for i in 16..<64 {
      let s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
      let s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
      w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for i in 0..<64 {
      let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ constants[i] &+ w[i]
      let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      let t2 = s0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
    }
    for (i, value) in [a, b, c, d, e, f, g, h].enumerated() { state[i] &+= value }
  }

  /// The first 32 bits of the fractional parts of the roots of the first primes: square roots of 8, cube roots of 64.
  private static let primes: [UInt64] = (2...311).filter { n in (2..<n).allSatisfy { n % $0 != 0 } }
  private static let initial: [UInt32] = primes.prefix(8).map { rootFraction($0, power: 2) }
  private static let constants: [UInt32] = primes.map { rootFraction($0, power: 3) }

  /// ⌊ⁿ√p · 2³²⌋ mod 2³², by bisection in whole numbers.
  private static func rootFraction(_ prime: UInt64, power: Int) -> UInt32 {
    var low: UInt64 = 0
    var high: UInt64 = 1 << 37
    let target = UInt128(prime) << UInt128(32 * power)
    while low + 1 < high {
      let middle = (low + high) / 2
      var value = UInt128(1)
      for _ in 0..<power { value *= UInt128(middle) }
      if value <= target { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}
