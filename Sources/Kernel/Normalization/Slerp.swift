/// The angle between two vectors in radians, 2·atan2(‖u−v‖, ‖u+v‖) of their directions: accurate near 0 and π too.
/// Shapes: d and d.
/// Refused: lengths that differ, a zero vector.
@specialized(where T == Double)
@specialized(where T == Float)
public func angle<T: Real>(_ x: [T], _ y: [T]) -> T {
  requireSameLength(x, y, "angle")
  let u = l2Normalize(x), v = l2Normalize(y)
  require(norm(u) != 0 && norm(v) != 0, "angle: a zero vector has no direction")
  let difference = norm(zip(u, v).map { $0 - $1 }), total = norm(zip(u, v).map { $0 + $1 })
  return T(2 * arctangent(difference._asDouble, total._asDouble))
}

/// Spherical interpolation: the point at fraction t of the great arc from u to v,
/// (sin((1−t)Ω)u + sin(tΩ)v)/sin Ω with Ω the angle between them.
///
/// Shapes: u and v of length d and norm 1 → d. Refused: lengths that differ, opposite points (the arc is not unique).
/// Source: Shoemake, "Animating rotation with quaternion curves" (1985).
@specialized(where T == Double)
@specialized(where T == Float)
public func slerp<T: Real>(_ u: [T], _ v: [T], _ t: T) -> [T] {
  let omega = angle(u, v), s = sin(omega)
  if omega == 0 { return u }
  require(norm(zip(u, v).map { $0 + $1 }) != 0, "slerp: opposite points have no single great arc")
  let a = sin((1 - t) * omega) / s, b = sin(t * omega) / s
  return zip(u, v).map { a * $0 + b * $1 }
}
