import Kernel
import Testing

/// The largest relative error allowed of each function, over its whole domain: its edges, its zeros, its tails.
private let functions: [String: (relative: Double, f: @Sendable (Double) -> Double)] = [
  "gelu": (1e-14, { gelu($0) }), "geluTanh": (1e-13, { geluTanh($0) }), "swish": (1e-15, { swish($0) }),
  "softplus": (1e-15, { softplus($0) }), "logGamma": (2e-14, { logGamma($0) }),
  "geluSlope": (1e-13, { FeedForward<Double>.Activation.gelu.slope(at: $0) }),
  "geluTanhSlope": (1e-12, { FeedForward<Double>.Activation.geluTanh.slope(at: $0) }),
  "swishSlope": (1e-13, { FeedForward<Double>.Activation.swish.slope(at: $0) }),
  "held": (2e-15, { Discretization.zeroOrderHold($0, step: 1).input }),
]

private func expectRelative(_ own: Double, _ expected: Double, within tolerance: Double, _ label: String) {
  let apart = (own - expected).magnitude
  // A subnormal result has fewer digits.
  #expect(apart <= tolerance * expected.magnitude + 0x1p-1068, "\(label): \(own), expected \(expected)")
}

@Suite struct EdgeTests {
  /// Fixture: mpmath with 120 digits.
  @Test func functionsKeepTheirDigitsAtTheirEdges() {
    for item in Fixture.named("edges")["functions"].cases {
      let name = item["function"].text, (tolerance, f) = functions[name]!
      for (x, y) in zip(item["x"].vector, item["y"].vector) {
        // A slope has a zero between −3 and 0: there it is right to the digits of one.
        if name.hasSuffix("Slope") && x > -3 {
          #expect((f(x) - y).magnitude <= 2e-15, "\(name)(\(x)): \(f(x)), expected \(y)")
        } else {
          expectRelative(f(x), y, within: tolerance, "\(name)(\(x))")
        }
      }
    }
  }

  @Test func functionsHaveTheirLimits() {
    let infinity = Double.infinity
    #expect(gelu(infinity) == infinity && geluTanh(infinity) == infinity && swish(infinity) == infinity)
    #expect(gelu(-infinity) == 0 && geluTanh(-infinity) == 0 && swish(-infinity) == 0)
    #expect(swish(-Float.infinity) == 0 && geluTanh(-Float.infinity) == 0)
    #expect(
      softplus(infinity) == infinity && softplus(-infinity) == 0 && sigmoid(infinity) == 1 && sigmoid(-infinity) == 0)
    for activation in [FeedForward<Double>.Activation.relu, .gelu, .geluTanh, .swish] {
      #expect(
        activation.slope(at: infinity) == 1 && activation.slope(at: -infinity) == 0 && activation.slope(at: .nan).isNaN)
      #expect(activation(.nan).isNaN)
    }
    #expect(logGamma(infinity) == infinity && logGamma(1) == 0 && logGamma(2) == 0 && logGamma(.nan).isNaN)
    #expect(
      pow(infinity, 0.0) == 1 && pow(1.0, infinity) == 1 && pow(infinity, 0.5) == infinity && pow(infinity, -1.0) == 0)
    #expect(pow(0.5, infinity) == 0 && pow(2.0, -infinity) == 0)
  }

  @Test func floatActivationsAreTheDoubleOnesRounded() {
    for x in [-20, -9, -5.5, -1.3, -0.2, 0.7, 4] as [Float] {
      #expect(gelu(x) == Float(gelu(Double(x))) && geluTanh(x) == Float(geluTanh(Double(x))))
      #expect((swish(x) / Float(swish(Double(x))) - 1).magnitude < 3e-7)
    }
  }

  /// Fixture: mpmath with 60 digits; among them x on either side of the turn at (a + 1)/(a + b + 2).
  @Test func theIncompleteBetaFunctionIsRightOverItsDomain() {
    for item in Fixture.named("edges")["betas"].cases {
      let x = item["x"].number, a = item["a"].number, b = item["b"].number
      expectRelative(incompleteBeta(x, a, b), item["y"].number, within: 1e-13, "I_\(x)(\(a), \(b))")
    }
    // scipy.special.betainc; the two tails used to call each other here until the stack ended.
    expectClose(incompleteBeta(0.169, 0.69, 7.31), 0.8399112712342068, within: 1e-14)
    #expect(incompleteBeta(0, 2, 3) == 0 && incompleteBeta(1, 2, 3) == 1)
    for (x, a, b) in [(0.2, 2.0, 5.0), (0.9, 0.3, 40), (0.001, 700, 0.2)] {
      expectClose(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a), 1, within: 1e-13)
    }
    // P(|u₁| < ε) in the plane is 2·arcsin(ε)/π, also where ε² is zero; in space it is ε.
    for epsilon in [1e-300, 1e-170, 1e-9, 0.5] {
      expectRelative(
        equatorProbability(dimension: 2, within: epsilon), epsilon < 0.1 ? epsilon * 0.6366197723675814 : 1.0 / 3,
        within: 1e-13, "plane")
      expectRelative(equatorProbability(dimension: 3, within: epsilon), epsilon, within: 1e-13, "space")
    }
    expectClose(
      equatorProbability(dimension: 2, within: 1 - 0x1p-53), 1 - 0.6366197723675814 * sqrt(0x1p-52), within: 1e-15)
  }

  /// Fixture: Python's integers.
  @Test func binomialCoefficientsAreExactToTheLastThatFits() {
    for item in Fixture.named("edges")["binomials"].cases {
      if let value = Int64(item["value"].text) {
        #expect(binomial(item["n"].int, item["k"].int) == value)
        #expect(binomial(item["n"].int, item["n"].int - item["k"].int) == value)
      }
    }
    #expect(binomial(62, 31) == 465_428_353_255_261_088)
    for n in 1...66 {
      for k in 1..<n { #expect(binomial(n, k) == binomial(n - 1, k - 1) + binomial(n - 1, k)) }
    }
  }

  @Test func accuracyNearOneHasItsDigits() {
    let model = EmergenceModel(scale: 1, exponent: 1)
    // 1 − e^{−x} = x − x²/2 + ….
    expectRelative(model.wrongTokens(parameters: 1e12, length: 3), 3 * (1e-12 - 0.5e-24), within: 1e-15, "wrong tokens")
    expectRelative(model.wrongTokens(parameters: 0.5, length: 1), 0.8646647167633873, within: 1e-15, "wrong tokens")
  }
}
