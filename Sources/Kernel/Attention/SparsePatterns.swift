// Which keys a query may see, in the patterns of the literature. Each is a mask, a rule asked pair by pair: `attention`
// and `flashAttention` compute every score and then forbid, so a pattern saves them nothing. `allowedPairs` counts what
// a kernel that skips would compute, and `countedStandardAttention` is one.

extension AttentionMask {
  /// |i − j| ≤ w: w keys on each side, 2w + 1 a row, fewer at the ends. The papers' window counts both sides: it is 2w.
  ///
  /// It looks both ways; a decoder's sliding window over the last w + 1 tokens is `.window(w).intersection(.causal)`.
  /// Refused: w < 0. Source: Beltagy et al., "Longformer" (2020), section 3.1.
  public static func window(_ w: Int) -> AttentionMask {
    require(w >= 0, "AttentionMask: window \(w)")
    return .allowed { i, j in abs(i - j) <= w }
  }

  /// Strided, causal: the previous ℓ positions and every ℓ-th before; two hops reach every earlier position.
  /// Refused: ℓ < 1. Source: Child et al., "Generating long sequences with sparse Transformers" (2019), section 4.3.
  public static func strided(_ l: Int) -> AttentionMask {
    require(l >= 1, "AttentionMask: stride \(l)")
    return .allowed { i, j in j <= i && (i - j <= l || (i - j) % l == 0) }
  }

  /// Fixed, causal: the own block of ℓ and the last c columns of every block. Refused: ℓ < 1, c outside 1…ℓ.
  /// Source: Child et al. (2019), section 4.3.
  public static func fixed(block l: Int, summary c: Int) -> AttentionMask {
    require(l >= 1 && c >= 1 && c <= l, "AttentionMask: block \(l) with \(c) summary columns")
    return .allowed { i, j in j <= i && (i / l == j / l || j % l >= l - c) }
  }

  /// The first r tokens see all and are seen by all. Refused: r < 0. Source: Beltagy et al. (2020); Zaheer et al.
  /// (2020).
  public static func global(_ r: Int) -> AttentionMask {
    require(r >= 0, "AttentionMask: \(r) global tokens")
    return .allowed { i, j in i < r || j < r }
  }

  /// Every s-th key, the same ones for every query: n/s keys a row, so n²/s pairs, still quadratic. Refused: s < 1.
  public static func everyKey(modulo s: Int) -> AttentionMask {
    require(s >= 1, "AttentionMask: modulus \(s)")
    return .allowed { _, j in j % s == 0 }
  }

  /// BigBird: window ∪ global ∪ r random keys a row (drawn among all n, repetitions merged), by single tokens, not by
  /// the blocks of its fast code. Looks both ways. Refused: n < 1, n² > 2³², r > n, negative sizes. Cost: a table of n²
  /// Bools.
  /// Source: Zaheer et al., "Big Bird: Transformers for longer sequences" (2020).
  public static func bigBird(
    length n: Int, window w: Int, global g: Int, random r: Int, using generator: inout Random
  ) -> AttentionMask {
    require(n >= 1 && r >= 0 && r <= n, "AttentionMask: length \(n) with \(r) random keys")
    _ = elementCount(n, n)
    var table = [[Bool]](repeating: [Bool](repeating: false, count: n), count: n)
    for i in 0..<n {
      for _ in 0..<r { table[i][generator.integer(below: n)] = true }
    }
    return .window(w).union(.global(g)).union(.allowed(table))
  }

  /// This mask's rule on positions: query i of a call stands at `queries[i]`, key j at `keys[j]`. It makes a window or
  /// any other pattern right where the keys are not the first m positions, as after an eviction
  /// (`KeyValueCache.positions`). Outside the lists nothing is allowed.
  public func placed(queries: [Int], keys: [Int]) -> AttentionMask {
    let rule = allows
    return .allowed { i, j in i < queries.count && j < keys.count && rule(queries[i], keys[j]) }
  }

  /// Allowed by either.
  public func union(_ other: AttentionMask) -> AttentionMask {
    let first = allows, second = other.allows
    return .allowed { first($0, $1) || second($0, $1) }
  }

  /// Allowed by both.
  public func intersection(_ other: AttentionMask) -> AttentionMask {
    let first = allows, second = other.allows
    return .allowed { first($0, $1) && second($0, $1) }
  }

  /// As a table of n queries and m keys, true where allowed. Refused: negative numbers, more than 2³² pairs.
  public func table(queries n: Int, keys m: Int) -> [[Bool]] {
    _ = elementCount(n, m)
    return (0..<n).map { i in (0..<m).map { allows(i, $0) } }
  }

  /// How many pairs of n queries and m keys are allowed: the FLOP of a kernel that skips the others are proportional to
  /// it.
  /// Refused: a number that is negative or above 2³². Cost: nm questions.
  public func allowedPairs(queries n: Int, keys m: Int) -> Int64 {
    requireCount(n, "AttentionMask: queries")
    requireCount(m, "AttentionMask: keys")
    var count: Int64 = 0
    for i in 0..<n {
      for j in 0..<m where allows(i, j) { count += 1 }
    }
    return count
  }
}
