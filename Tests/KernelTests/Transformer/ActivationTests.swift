import Kernel
import Testing

@Test func activationsMatchTheReference() {
  for item in Fixture.named("activations").cases {
    let f: (Double) -> Double =
      switch item["function"].text {
      case "relu": { relu($0) }
      case "sigmoid": { sigmoid($0) }
      case "softplus": { softplus($0) }
      case "gelu": { gelu($0) }
      case "geluTanh": { geluTanh($0) }
      default: { swish($0) }
      }
    for (x, y) in zip(item["x"].vector, item["y"].vector) {
      #expect(
        (f(x) - y).magnitude <= 4e-16 * max(1, x.magnitude), "\(item["function"].text)(\(x)) = \(f(x)), expected \(y)")
    }
  }
  #expect(sigmoid(-800.0) == 0 && sigmoid(800.0) == 1 && softplus(800.0) == 800 && softplus(-40.0) > 4e-18)
  #expect(
    gelu(Float(1)) == Float(gelu(1.0)) && geluTanh(Float(1)) == Float(geluTanh(1.0))
      && swish(Float(1)) == Float(swish(1.0)))
  #expect(relu(Double.nan).isNaN && relu(Float(-1)) == 0)
}

@Test func geluFormsDifferBelowTheirPublishedBound() {
  let grid = (0..<80001).map { -4 + Double($0) * 1e-4 }
  let worst = grid.max { (gelu($0) - geluTanh($0)).magnitude < (gelu($1) - geluTanh($1)).magnitude }!
  expectClose((gelu(worst) - geluTanh(worst)).magnitude, 4.73e-4, within: 1e-6)
  #expect((worst.magnitude - 2.70).magnitude < 0.01)
  let lowest = grid.min { gelu($0) < gelu($1) }!, dip = grid.min { swish($0) < swish($1) }!
  #expect((lowest + 0.7518).magnitude < 1e-3 && (gelu(lowest) + 0.16997).magnitude < 1e-5)
  #expect((dip + 1.2785).magnitude < 1e-3 && (swish(dip) + 0.27846).magnitude < 1e-5)
}
