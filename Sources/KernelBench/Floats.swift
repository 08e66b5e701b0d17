import Foundation
import Kernel

/// An elementary function in Float, and the C library's in Double: some 2⁻²⁹ of a Float's last place from the truth.
private struct Elementary {
  let name: String
  let own: (Float) -> Float
  let reference: (Double) -> Double
}

/// The largest error of one function over a range of inputs, and inputs whose results are not both finite and not
/// equal.
private struct Worst {
  var ulps = 0.0
  var at: Float = 0
  var disagreements = 0

  mutating func join(_ other: Worst) {
    if other.ulps > ulps { (ulps, at) = (other.ulps, other.at) }
    disagreements += other.disagreements
  }
}

/// Measures the functions over all 2³² bit patterns of Float, or over every `step`th of them.
func printFloatErrors(step: Int) {
  let functions = [
    Elementary(name: "exp", own: { Kernel.exp($0) }, reference: { Foundation.exp($0) }),
    Elementary(name: "log", own: { Kernel.log($0) }, reference: { Foundation.log($0) }),
    Elementary(name: "sin", own: { Kernel.sin($0) }, reference: { Foundation.sin($0) }),
    Elementary(name: "cos", own: { Kernel.cos($0) }, reference: { Foundation.cos($0) }),
    Elementary(name: "tanh", own: { Kernel.tanh($0) }, reference: { Foundation.tanh($0) }),
    Elementary(name: "erf", own: { Kernel.erf($0) }, reference: { Foundation.erf($0) }),
    // Attention's inner exponential, on the inputs it is made for.
    Elementary(
      name: "2^x", own: { powersOfTwo([$0])[0] }, reference: { $0 >= -126 ? Foundation.exp2($0) : 0 }),
  ]
  print("\(padded("function", 10))\(aligned("max ulp", 10))  at                 disagree  inputs    seconds")
  for function in functions {
    let start = ContinuousClock.now, inner = function.name == "2^x"
    // 2^x: the floats from −0 down to −126.
    let first = inner ? 1 << 31 : 0
    let count = inner ? Int(Float(126).bitPattern) + 1 : 1 << 32
    let pieces = 4096
    var worst = [Worst](repeating: Worst(), count: pieces)
    worst.withUnsafeMutableBufferPointer { worst in
      let results = worst
      onThreads(threadCount, pieces) { piece in
        results[piece] = measure(function, first + count * piece / pieces..<first + count * (piece + 1) / pieces, step)
      }
    }
    var all = Worst()
    for one in worst { all.join(one) }
    let took = start.duration(to: .now)
    print(
      "\(padded(function.name, 10))\(aligned(fixed(all.ulps, 6), 10))  \(padded("\(all.at)", 18)) "
        + "\(aligned(String(all.disagreements), 8))  \(count / step)  \(took.components.seconds)")
    fflush(nil)
  }
}

private func measure(_ function: Elementary, _ patterns: Range<Int>, _ step: Int) -> Worst {
  var worst = Worst()
  for pattern in stride(from: patterns.lowerBound, to: patterns.upperBound, by: step) {
    let x = Float(bitPattern: UInt32(pattern)), y = Double(function.own(x)), exact = function.reference(Double(x))
    if y == exact || (y.isNaN && exact.isNaN) { continue }
    // What Float cannot hold is infinite.
    if y.isInfinite && Float(exact) == Float(y) { continue }
    if !y.isFinite || !exact.isFinite {
      worst.disagreements += 1
      continue
    }
    let exponent = max(Int(exact.bitPattern >> 52 & 0x7ff) - 1023, -126) - 23
    let ulps = (y - exact).magnitude * Double(bitPattern: UInt64(1023 - exponent) << 52)
    if ulps > worst.ulps { (worst.ulps, worst.at) = (ulps, x) }
  }
  return worst
}
