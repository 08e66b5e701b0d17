// The space of constant curvature κ in stereographic coordinates, computed in Double from the points as they are given.
//
// Near the edge of the ball everything depends on the gap 1 + κ‖x‖², of which a rounded ‖x‖² keeps no digit. The gap is
// summed exactly here, and every formula is one of gaps, ‖x − y‖ and sums of positive numbers.

/// 1 + κ‖x‖², to the last digit or two: the exact squares, without rounding on the way.
func stereographicGap(_ x: [Double], _ k: Double) -> Double {
  // Far outside, and where a coordinate is NaN or infinite, rounding decides nothing.
  let rounded = 1 + k * dot(x, x)
  if !(rounded > -1 && rounded < 2) { return rounded }
  var terms = [1.0]
  for value in x {
    let (square, rest) = exactProduct(value, value)
    for part in [square, rest] {
      let (product, error) = exactProduct(k, part)
      terms.append(product)
      terms.append(error)
    }
  }
  return exactSum(terms)
}

/// x ⊕ y = (−κs·x + g(x)·(x + y)) / (−κs + g(x)·g(y)) with s = ‖x + y‖²: for κ < 0 nothing in it cancels but x + y
/// itself, coordinate by coordinate.
func stereographicSum(_ x: [Double], _ y: [Double], _ k: Double) -> [Double] {
  // The identity on either side, to the bit.
  if x.allSatisfy({ $0 == 0 }) { return y }
  if y.allSatisfy({ $0 == 0 }) { return x }
  let gap = stereographicGap(x, k), total = zip(x, y).map { $0 + $1 }, turn = -k * dot(total, total)
  let below = turn + gap * stereographicGap(y, k)
  return zip(x, total).map { (turn * $0 + gap * $1) / below }
}

/// The distance of two points: for κ < 0 it is 2·arsinh(√(−κ)‖x − y‖/√(g(x)·g(y)))/√(−κ).
func stereographicDistance(_ x: [Double], _ y: [Double], _ k: Double) -> Double {
  let apart = norm(zip(x, y).map { $0 - $1 })
  if k == 0 { return 2 * apart }
  let root = k.magnitude.squareRoot()
  if k < 0 {
    let gaps = stereographicGap(x, k).squareRoot() * stereographicGap(y, k).squareRoot()
    return 2 * inverseHyperbolicSine(root * apart / gaps) / root
  }
  // tan(√κ·d/2) = √κ‖x − y‖ over √(1 + 2κxy + κ²xx·yy), the length of κ‖y‖·x + y/‖y‖.
  let length = norm(y)
  let across = length == 0 ? 1 : norm(zip(x, y).map { k * length * $0 + $1 / length })
  return 2 * arctangent(root * apart, across) / root
}

/// The point itself where it lies inside the ball of radius 1/√(−κ), else the nearest along its ray that T can hold
/// inside: a result that rounding has put on the edge must not be a point that the next function refuses.
@specialized(where T == Double)
@specialized(where T == Float)
func drawnInside<T: Real>(_ x: [T], _ k: Double) -> [T] {
  guard k < 0 else { return x }
  var inside = x, step = T.ulpOfOne / 2
  // A NaN is neither inside nor outside, and stays.
  while stereographicGap(inside.map { $0._asDouble }, k) <= 0 {
    inside = x.map { $0 * (1 - step) }
    step += T.ulpOfOne / 2
  }
  return inside
}
