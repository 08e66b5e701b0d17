import Foundation
import Kernel
import Testing

@Test func powersOfTwoAreWithinTheirUlp() {
  var x: [Float] = (0...127).map { -Float($0) }
  var generator = Random(seed: 1)
  for _ in 0..<200_000 { x.append(-126 * Float(generator.uniform())) }
  for e in 1..<60 { x.append(-Float(sign: .plus, exponent: -e, significand: 1.3)) }
  var worst = 0.0
  for (x, y) in zip(x, powersOfTwo(x)) where x >= -126 {
    let exact = Foundation.exp2(Double(x))
    worst = max(worst, (Double(y) - exact).magnitude / Double(Float(exact).ulp))
    if x == x.rounded() { #expect(Double(y) == exact, "2^\(x)") }
  }
  #expect(worst < 0.8, "\(worst) ulp")
}

@Test func powersOfTwoAtTheEdges() {
  let y = powersOfTwo([0, -0.0, -126, -127, -1000, -.infinity, .nan, -1e-30])
  #expect(y[0] == 1 && y[1] == 1 && y[2] == .leastNormalMagnitude && y[3] == 0 && y[4] == 0 && y[5] == 0)
  #expect(y[6].isNaN && y[7] == 1)
}
