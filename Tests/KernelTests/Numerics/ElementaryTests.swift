import Kernel
import Testing

/// How far a result may be from the correctly rounded one, in units of its last place.
private let bounds: [String: (double: Double, f: @Sendable (Double) -> Double, g: @Sendable (Float) -> Float)] = [
  "exp": (1, { exp($0) }, { exp($0) }), "log": (1, { log($0) }, { log($0) }),
  "sin": (1, { sin($0) }, { sin($0) }), "cos": (1, { cos($0) }, { cos($0) }),
  "tanh": (2, { tanh($0) }, { tanh($0) }), "erf": (2, { erf($0) }, { erf($0) }),
]

@Test func elementaryFunctionsAreWithinTheirUlps() {
  for item in Fixture.named("elementary").cases {
    let name = item["function"].text, (bound, f, g) = bounds[name]!
    for (x, y) in zip(item["x"].vector, item["y"].vector) {
      let apart = (f(x) - y).magnitude / y.ulp
      #expect(f(x) == y || apart <= bound, "\(name)(\(x)) is \(apart) ulp off")
      // Exact in Float, so that both functions see the same number.
      let single = Float(x)
      if Double(single) == x { #expect(g(single) == Float(y), "\(name)(\(x)) as Float") }
    }
  }
}

@Test func floatResultsAreTheDoubleOnesRoundedOnce() {
  var generator = Random(seed: 9)
  for _ in 0..<2000 {
    let x = Float(40 * generator.uniform() - 20)
    for (name, entry) in bounds where name != "log" || x > 0 {
      #expect(entry.g(x) == Float(entry.f(Double(x))), "\(name)(\(x))")
    }
  }
}

@Test func elementaryFunctionsAtTheEdges() {
  #expect(exp(Double.infinity) == .infinity && exp(-Double.infinity) == 0 && exp(Double.nan).isNaN)
  #expect(exp(709.79) == .infinity && exp(709.78) < .infinity && exp(-746.0) == 0 && exp(-745.0) > 0)
  #expect(exp(0.0) == 1 && log(1.0) == 0 && cos(0.0) == 1 && sin(0.0) == 0 && tanh(0.0) == 0 && erf(0.0) == 0)
  #expect(log(0.0) == -.infinity && log(-1.0).isNaN && log(Double.infinity) == .infinity && log(Double.nan).isNaN)
  #expect(sin(Double.infinity).isNaN && cos(-Double.infinity).isNaN && sin(Double.nan).isNaN)
  #expect(tanh(Double.infinity) == 1 && tanh(-Double.infinity) == -1 && tanh(Double.nan).isNaN)
  #expect(erf(Double.infinity) == 1 && erf(-Double.infinity) == -1 && erf(Double.nan).isNaN)
  #expect(exp(Float(89)) == .infinity && exp(Float(-104)) == 0 && log(Float.leastNonzeroMagnitude) > -103.28)
  #expect(sqrt(2.0) * sqrt(2.0) == 2.0000000000000004 && sqrt(Float(9)) == 3 && sqrt(-1.0).isNaN)
}

@Test func oddFunctionsAreOddAndEvenOnesEven() {
  var generator = Random(seed: 4)
  for _ in 0..<500 {
    let x = 1e3 * generator.normal(), far = 1e9 * x
    #expect(sin(-x) == -sin(x) && cos(-x) == cos(x) && tanh(-x) == -tanh(x) && erf(-x / 500) == -erf(x / 500))
    #expect(sin(-far) == -sin(far) && cos(-far) == cos(far))
  }
}

@Test func powersOfTheRotaryBase() {
  expectClose(pow(10000.0, -0.25), 0.1, within: 1e-15)
  expectClose(pow(2.0, 10.0), 1024, within: 1e-14)
  expectClose(pow(Float(2), 0.5), 1.4142135623730951, within: 1e-7)
  #expect(power(1.5, 5) == 7.59375 && power(-2.0, 3) == -8 && power(3.0, 0) == 1 && power(0.0, 0) == 1)
}
