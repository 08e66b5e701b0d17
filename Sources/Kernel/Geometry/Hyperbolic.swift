/// The Poincaré ball of curvature −1: the open unit ball with distances that grow without bound towards its edge.
///
/// A point is inside when 1 − ‖x‖² is positive exactly, not after rounding. Everything is computed in Double from the
/// coordinates as they are given and holds to a few units in the last place up to the edge; a result is never on it, so
/// the farthest point along an axis has distance 2·artanh(1 − 2⁻⁵³) ≈ 37.4 from the origin in Double, 17.3 in Float.
/// Source: Ganea, Bécigneul and Hofmann, "Hyperbolic neural networks" (2018).
public enum PoincareBall {
  /// Möbius addition x ⊕ y = ((1 + 2xy + yy)x + (1 − xx)y)/(1 + 2xy + xx·yy).
  /// Shapes: d and d → d.
  /// Refused: lengths that differ, points not inside the ball.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func add<T: Real>(_ x: [T], _ y: [T]) -> [T] {
    check(x, y)
    return drawnInside(stereographicSum(x.map { $0._asDouble }, y.map { $0._asDouble }, -1).map { T($0) }, -1)
  }

  /// d(x, y) = arcosh(1 + 2‖x − y‖²/((1 − ‖x‖²)(1 − ‖y‖²))) = 2·artanh‖(−x) ⊕ y‖.
  /// Shapes: d and d.
  /// Refused: lengths that differ, points not inside the ball.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func distance<T: Real>(_ x: [T], _ y: [T]) -> T {
    check(x, y)
    return T(stereographicDistance(x.map { $0._asDouble }, y.map { $0._asDouble }, -1))
  }

  /// The point reached from the origin along v: tanh‖v‖·v/‖v‖, inside the ball however long v is. Shape: d → d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func exponentialMap<T: Real>(_ v: [T]) -> [T] {
    let length = norm(v)
    if length == 0 { return v }
    // So near the origin tanh is the identity, and a product might vanish; beyond the type's range the way leads to the
    // edge.
    if length < 1 && !(length * length).isSafeSquare { return v }
    if length < .infinity { return drawnInside(v.map { tanh(length) * $0 / length }, -1) }
    return drawnInside(l2Normalize(v), -1)
  }

  /// The inverse of `exponentialMap`: artanh‖x‖·x/‖x‖. Refused: a point not inside the ball. Shape: d → d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func logarithmicMap<T: Real>(_ x: [T]) -> [T] {
    check(x, x)
    let own = x.map { $0._asDouble }, length = norm(own)
    if length == 0 { return x }
    // sinh(artanh r) = r/√(1 − r²).
    let distance = inverseHyperbolicSine(length / stereographicGap(own, -1).squareRoot())
    return own.map { T(distance / length * $0) }
  }

  private static func check<T: Real>(_ x: [T], _ y: [T]) {
    requireSameLength(x, y, "PoincareBall")
    for point in [x, y] {
      require(!(stereographicGap(point.map { $0._asDouble }, -1) <= 0), "PoincareBall: a point is not inside the ball")
    }
  }
}

/// The Lorentz model of hyperbolic space of curvature −1: points with ⟨x, x⟩ = −1 and x₀ > 0, under −x₀y₀ + x₁y₁ + ….
///
/// Whether a point lies there is not checked; `lifted` makes one of any space part. The exponential and logarithmic
/// maps at the origin, and the adapters built of them, stand in HyperbolicAdapters.swift.
/// Source: Nickel and Kiela, "Learning continuous hierarchies in the Lorentz model" (2018).
public enum LorentzModel {
  /// −x₀y₀ + Σ xᵢyᵢ, also where a product alone leaves the range. Refused: lengths that differ, or below 2.
  /// Shapes: d+1 and d+1.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func product<T: Real>(_ x: [T], _ y: [T]) -> T {
    require(x.count == y.count && x.count >= 2, "LorentzModel: lengths \(x.count) and \(y.count)")
    let product = dot(Array(x.dropFirst()), Array(y.dropFirst())) - x[0] * y[0]
    if product.isFinite { return product }
    let (u, i) = rescaled(x), (v, j) = rescaled(y)
    return (dot(Array(u.dropFirst()), Array(v.dropFirst())) - u[0] * v[0]).times(twoTo: i + j)
  }

  /// The point over the space part v: (√(1 + ‖v‖²), v), for any length that the type can hold. Shape: d → d+1.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func lifted<T: Real>(_ v: [T]) -> [T] {
    let square = dot(v, v)
    return [square < .infinity ? (1 + square).squareRoot() : norm([1, norm(v)])] + v
  }

  /// d(x, y) = arcosh(−⟨x, y⟩), from 4 sinh²(d/2) by whichever of two formulas loses fewer digits: the difference of
  /// near points, the product of far ones. Computed in Double.
  /// Shapes: two of d+1. Refused: lengths that differ, or below 2.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func distance<T: Real>(_ x: [T], _ y: [T]) -> T {
    // Far out a power of two is taken from both, so that products stay in range: s², where there is 1, goes with it.
    let own = x.map { $0._asDouble }, its = y.map { $0._asDouble }
    let s = largestOrNaN((own + its).map { $0.magnitude }) > 0x1p480 ? 0x1p-560 : 1.0
    let x = own.map { s * $0 }, y = its.map { s * $0 }, inner = product(x, y)
    let apart = zip(x, y).map { $0 - $1 }
    // Both subtract: ⟨x−y, x−y⟩ two numbers of the size of ‖x−y‖², −2⟨x, y⟩ − 2 two of the size of 2x₀y₀.
    let near = dot(apart, apart) <= 2 * x[0] * y[0]
    let half = max(near ? product(apart, apart) : -2 * inner - 2 * s * s, 0).squareRoot() / 2
    let sine = half / s
    // arsinh h = ln 2h where h itself leaves the range.
    return T(2 * (sine < .infinity ? inverseHyperbolicSine(sine) : logarithm(2 * half) + 560 * 0.6931471805599453))
  }

  /// A low-rank update of the space part, with x₀ restored: v ↦ v + (α/r)·B·A·v (HypLoRA's map).
  /// Shapes: x d+1, A r×d, B d×r → d+1. Refused: shapes that do not match.
  /// Source: Yang et al., "Hyperbolic fine-tuning for large language models" (2024).
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func lowRankUpdate<T: Real>(_ x: [T], down a: Matrix<T>, up b: Matrix<T>, alpha: T) -> [T] {
    require(a.rows == b.columns && a.columns == b.rows, "LorentzModel: down \(a.shape) and up \(b.shape) do not match")
    let v = Array(x.dropFirst()), scale = alpha / T(a.rows)
    return lifted(zip(v, matmul(b, matmul(a, v))).map { $0 + scale * $1 })
  }

  /// A point of the Poincaré ball on the hyperboloid: (1 + ‖x‖², 2x)/(1 − ‖x‖²). Shape: d → d+1.
  /// Refused: a point not inside the ball.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func fromBall<T: Real>(_ x: [T]) -> [T] {
    let own = x.map { $0._asDouble }, gap = stereographicGap(own, -1)
    require(!(gap <= 0), "LorentzModel: the point is not inside the ball")
    return [T((2 - gap) / gap)] + own.map { T(2 * $0 / gap) }
  }
}
