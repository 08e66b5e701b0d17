/// Which query may attend to which key. A forbidden score becomes −∞ before softmax.
public struct AttentionMask {
  /// Whether query i may attend to key j.
  public let allows: (_ query: Int, _ key: Int) -> Bool

  private init(_ allows: @escaping (Int, Int) -> Bool) { self.allows = allows }

  /// Every query attends to every key.
  public static var none: AttentionMask { AttentionMask { _, _ in true } }

  /// Query i attends to keys j ≤ i.
  public static var causal: AttentionMask { causal(offset: 0) }

  /// Query i stands at position i + offset and attends to keys j ≤ i + offset: what a decoding step needs
  /// whose keys begin earlier than its queries.
  public static func causal(offset: Int) -> AttentionMask { AttentionMask { i, j in j <= i + offset } }

  /// Query i attends to key j where `rule(i, j)` holds.
  public static func allowed(_ rule: @escaping (_ query: Int, _ key: Int) -> Bool) -> AttentionMask {
    AttentionMask(rule)
  }

  /// Query i attends to key j where `table[i][j]` is true. Outside the table nothing is allowed.
  public static func allowed(_ table: [[Bool]]) -> AttentionMask {
    AttentionMask { i, j in i < table.count && j < table[i].count && table[i][j] }
  }

  /// Scores with −∞ where the mask forbids. Shape: n×m → n×m.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func masked<T: Real>(_ scores: Matrix<T>) -> Matrix<T> {
    var masked = scores
    for i in 0..<scores.rows {
      for j in 0..<scores.columns where !allows(i, j) { masked[i, j] = -.infinity }
    }
    return masked
  }
}
