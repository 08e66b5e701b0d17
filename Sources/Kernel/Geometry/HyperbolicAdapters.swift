extension LorentzModel {
  /// From the tangent space at the origin: v ↦ (cosh‖v‖, sinh‖v‖·v/‖v‖), as long as the type can hold cosh‖v‖. Shape: d
  /// → d+1.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func exponentialMap<T: Real>(_ v: [T]) -> [T] {
    let length = norm(v)
    if length == 0 { return lifted(v) }
    return lifted(v.map { $0 * (hyperbolicSine(length) / length) })
  }

  /// To the tangent space at the origin, the inverse of `exponentialMap`: arsinh‖s‖·s/‖s‖ with s the space part.
  ///
  /// Of the papers' arcosh(x₀) it is the form that keeps its digits near the origin; x₀ is not read.
  /// Shape: d+1 → d. Refused: fewer than two numbers.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func logarithmicMap<T: Real>(_ x: [T]) -> [T] {
    require(x.count >= 2, "LorentzModel: a point of \(x.count) numbers")
    let space = Array(x.dropFirst()), length = norm(space)
    if length == 0 { return space }
    let distance = T(inverseHyperbolicSine(length._asDouble))
    return space.map { $0 * (distance / length) }
  }

  /// The adapter that looks hyperbolic and is not: every step goes to the hyperboloid and back before the next, so that
  /// exp and log cancel and (α/r)·B·A·x is left. Shapes: x d, A r×d, B m×r → m. Refused: shapes that do not match.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func cancellingAdapter<T: Real>(_ x: [T], down a: Matrix<T>, up b: Matrix<T>, alpha: T) -> [T] {
    requireAdapter(x, a, b)
    let scale = alpha / T(a.rows), onSpace = exponentialMap(x)
    let moved = matmul(b, matmul(a, logarithmicMap(onSpace))).map { scale * $0 }
    return logarithmicMap(exponentialMap(moved))
  }

  /// HypLoRA's adapter: the low-rank map acts on the space part of exp x, x₀ is restored, and log leads back. Its
  /// length is arsinh(c·sinh‖x‖), c the factor by which the map changes the length of x: above proportion to ‖x‖ for c
  /// < 1, below for c > 1. Shapes and refusals as `cancellingAdapter`.
  /// Source: Yang et al., "Hyperbolic fine-tuning for large language models" (2024), section 4.2.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public static func hyperbolicAdapter<T: Real>(_ x: [T], down a: Matrix<T>, up b: Matrix<T>, alpha: T) -> [T] {
    requireAdapter(x, a, b)
    let scale = alpha / T(a.rows), space = Array(exponentialMap(x).dropFirst())
    return logarithmicMap(lifted(matmul(b, matmul(a, space)).map { scale * $0 }))
  }

  private static func requireAdapter<T: Real>(_ x: [T], _ a: Matrix<T>, _ b: Matrix<T>) {
    require(
      !x.isEmpty && a.columns == x.count && a.rows == b.columns && a.rows > 0,
      "LorentzModel: \(x.count) numbers, down \(a.shape), up \(b.shape)")
  }
}
