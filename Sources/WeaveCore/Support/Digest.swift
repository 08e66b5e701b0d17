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

  init(_ bytes: some Collection<UInt8>) {
    hex = bytes.withContiguousStorageIfAvailable(Self.hash) ?? Array(bytes).withUnsafeBufferPointer(Self.hash)
  }

  private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var state = initial
    let whole = bytes.count / 64 * 64
    // What is left, a one, zeros, and the length in bits, in one or two blocks.
    var tail = Array(bytes[whole...])
    tail.append(0x80)
    while tail.count % 64 != 56 { tail.append(0) }
    let bits = UInt64(bytes.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    state.withUnsafeMutableBufferPointer { state in
      constants.withUnsafeBufferPointer { constants in
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
          compress(state, UnsafeRawBufferPointer(bytes), whole, constants, schedule)
          tail.withUnsafeBytes { compress(state, $0, $0.count, constants, schedule) }
        }
      }
    }
    return state.map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 8 - text.count) + text
    }.joined()
  }

  private static func compress(
    _ state: UnsafeMutableBufferPointer<UInt32>, _ message: UnsafeRawBufferPointer, _ count: Int,
    _ k: UnsafeBufferPointer<UInt32>, _ w: UnsafeMutableBufferPointer<UInt32>
  ) {
    @inline(__always) func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 { x &>> n | x &<< (32 &- n) }
    var start = 0
    while start < count {
      for i in 0..<16 { w[i] = UInt32(bigEndian: message.loadUnaligned(fromByteOffset: start &+ 4 &* i, as: UInt32.self)) }
      for i in 16..<64 {
        let (early, late) = (w[i &- 15], w[i &- 2])
        let s0 = rotate(early, 7) ^ rotate(early, 18) ^ early &>> 3
        let s1 = rotate(late, 17) ^ rotate(late, 19) ^ late &>> 10
        w[i] = w[i &- 16] &+ s0 &+ w[i &- 7] &+ s1
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      for i in 0..<64 {
        let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
        let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ k[i] &+ w[i]
        let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
        let t2 = s0 &+ (a & b ^ a & c ^ b & c)
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
      }
      state[0] &+= a; state[1] &+= b; state[2] &+= c; state[3] &+= d
      state[4] &+= e; state[5] &+= f; state[6] &+= g; state[7] &+= h
      start &+= 64
    }
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
