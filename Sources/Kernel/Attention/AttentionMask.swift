/// Which query may attend to which key. A forbidden score becomes −∞ before softmax.
public struct AttentionMask {
  /// Whether query i may attend to key j.
  public let allows: (_ query: Int, _ key: Int) -> Bool

  /// What a loop over tiles may know without asking for each pair.
  enum Extent {
    case all
    /// Query i attends to exactly the keys j ≤ i + offset.
    case prefix(offset: Int)
    case rule
  }

  let extent: Extent

  /// Whether pairs have to be asked for one by one, and so on the caller's own thread.
  var isRule: Bool {
    if case .rule = extent { return true }
    return false
  }

  /// Whether it is the plain causal mask, or none: a token that is decoded sees no later one either way.
  var isCausal: Bool {
    switch extent {
    case .all: true
    case .prefix(let offset): offset == 0
    case .rule: false
    }
  }

  private init(_ extent: Extent = .rule, _ allows: @escaping (Int, Int) -> Bool) {
    self.extent = extent
    self.allows = allows
  }

  /// Every query attends to every key.
  public static var none: AttentionMask { AttentionMask(.all) { _, _ in true } }

  /// Query i attends to keys j ≤ i.
  public static var causal: AttentionMask { causal(offset: 0) }

  /// Query i stands at position i + offset and attends to keys j ≤ i + offset: what a decoding step needs
  /// whose keys begin earlier than its queries.
  public static func causal(offset: Int) -> AttentionMask {
    // Beyond any number of keys an offset changes nothing, but sums with it would overflow.
    let offset = max(-mostElements / 4, min(offset, mostElements / 4))
    return AttentionMask(.prefix(offset: offset)) { i, j in j <= i + offset }
  }

  /// Query i attends to key j where `rule(i, j)` holds.
  public static func allowed(_ rule: @escaping (_ query: Int, _ key: Int) -> Bool) -> AttentionMask {
    AttentionMask(.rule, rule)
  }

  /// Query i attends to key j where `table[i][j]` is true. Outside the table nothing is allowed.
  public static func allowed(_ table: [[Bool]]) -> AttentionMask {
    AttentionMask { i, j in i < table.count && j < table[i].count && table[i][j] }
  }

  /// f of each of these keys that the query may not attend to.
  @inline(__always)
  func forEachForbidden(_ query: Int, among keys: Range<Int>, _ f: (Int) -> Void) {
    switch extent {
    case .all: break
    case .prefix(let offset):
      for key in max(keys.lowerBound, min(keys.upperBound, query + offset + 1))..<keys.upperBound { f(key) }
    case .rule: for key in keys where !allows(query, key) { f(key) }
    }
  }

  /// Scores with −∞ where the mask forbids. Shape: n×m → n×m.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func masked<T: Real>(_ scores: Matrix<T>) -> Matrix<T> {
    if case .all = extent { return scores }
    var masked = scores
    for i in 0..<scores.rows {
      for j in 0..<scores.columns where !allows(i, j) { masked[i, j] = -.infinity }
    }
    return masked
  }
}
