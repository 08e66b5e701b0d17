/// The space of constant curvature κ in stereographic coordinates: a sphere for κ > 0, Euclid's for κ = 0, a Poincaré
/// ball of radius 1/√(−κ) for κ < 0. Distances near the origin are twice the Euclidean ones at every κ.
///
/// Source: Bachmann, Bécigneul and Ganea, "Constant curvature graph convolutional networks" (2020), section 3.
public struct ConstantCurvatureSpace: Equatable, Sendable {
  /// κ.
  public let curvature: Double

  /// Refused: a curvature that is not finite, or beyond 2³⁰⁰.
  public init(curvature: Double) {
    require(curvature.magnitude <= 0x1p300, "ConstantCurvatureSpace: the curvature must be finite, and at most 2³⁰⁰")
    self.curvature = curvature
  }

  /// x ⊕ y = ((1 − 2κxy − κyy)x + (1 + κxx)y)/(1 − 2κxy + κ²xx·yy).
  ///
  /// Computed in Double; for κ < 0 to a few units in the last place of each point's own coordinates however near the
  /// edge, and never on it. Refused: lengths that differ, points outside the ball, for κ > 0 a pair whose sum is at
  /// infinity. Shapes: d and d → d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func add<T: Real>(_ x: [T], _ y: [T]) -> [T] {
    check(x, y)
    if curvature < 0 {
      return drawnInside(
        stereographicSum(x.map { $0._asDouble }, y.map { $0._asDouble }, curvature).map { T($0) }, curvature)
    }
    let k = T(curvature), xx = dot(x, x), yy = dot(y, y), xy = dot(x, y)
    let below = 1 - 2 * k * xy + k * k * xx * yy
    require(!(below <= 0), "ConstantCurvatureSpace: the sum lies at infinity")
    let left = 1 - 2 * k * xy - k * yy, right = 1 + k * xx
    return zip(x, y).map { (left * $0 + right * $1) / below }
  }

  /// d(x, y) = 2·tan_κ⁻¹‖(−x) ⊕ y‖ with tan_κ⁻¹ r = arctan(√κ·r)/√κ, r, or artanh(√−κ·r)/√−κ: up to π/√κ, the distance
  /// of opposite points, for κ > 0.
  ///
  /// Computed in Double from the points as they are given, to a few units in the last place: the coordinates' own
  /// digits decide how near the edge two points can be told apart, nothing else. Refused: lengths that differ, points
  /// outside the ball. Shapes: d and d.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func distance<T: Real>(_ x: [T], _ y: [T]) -> T {
    check(x, y)
    return T(stereographicDistance(x.map { $0._asDouble }, y.map { $0._asDouble }, curvature))
  }

  private func check<T: Real>(_ x: [T], _ y: [T]) {
    requireSameLength(x, y, "ConstantCurvatureSpace")
    if curvature >= 0 { return }
    for point in [x, y] {
      require(
        !(stereographicGap(point.map { $0._asDouble }, curvature) <= 0),
        "ConstantCurvatureSpace: a point is not inside the ball")
    }
  }
}

/// A product of spaces of constant curvature: a point is the parts side by side, and d² = Σdᵢ².
///
/// Source: Gu, Sala, Gunel and Ré, "Learning mixed-curvature representations in product spaces" (2019).
public struct ProductSpace: Equatable, Sendable {
  /// The spaces, in the order of the coordinates.
  public let factors: [ConstantCurvatureSpace]
  /// The number of coordinates of each factor.
  public let dimensions: [Int]

  /// Shapes: one of each a factor.
  /// Refused: another number of dimensions than of curvatures, no factor, a dimension below 1.
  public init(curvatures: [Double], dimensions: [Int]) {
    require(
      !curvatures.isEmpty && curvatures.count == dimensions.count,
      "ProductSpace: \(curvatures.count) curvatures and \(dimensions.count) dimensions")
    for d in dimensions { require(d >= 1, "ProductSpace: a factor of dimension \(d)") }
    factors = curvatures.map { ConstantCurvatureSpace(curvature: $0) }
    self.dimensions = dimensions
  }

  /// The distance in each factor. Refused: points of another length, or outside a ball.
  /// Shapes: Σdᵢ coordinates each → one distance a factor.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func distances<T: Real>(_ x: [T], _ y: [T]) -> [T] {
    let total = dimensions.reduce(0) { $0 + $1 }
    require(x.count == total && y.count == total, "ProductSpace: points of \(x.count) and \(y.count) against \(total)")
    var start = 0
    return factors.indices.map { f in
      let part = start..<start + dimensions[f]
      start = part.upperBound
      return factors[f].distance(Array(x[part]), Array(y[part]))
    }
  }

  /// √Σdᵢ². Shapes and refusals as `distances`.
  @specialized(where T == Double)
  @specialized(where T == Float)
  public func distance<T: Real>(_ x: [T], _ y: [T]) -> T { norm(distances(x, y)) }
}
