import Foundation

/// A number as figures write it, read back: −1.5, 3×10⁻⁴.
func parsed(_ text: String) -> Double {
  let digits: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁻": "-",
  ]
  var plain = text.replacingOccurrences(of: "−", with: "-").replacingOccurrences(of: "×10", with: "e")
  if plain.hasPrefix("10"), plain.contains(where: { digits[$0] != nil }) { plain = "1e" + plain.dropFirst(2) }
  return Double(String(plain.map { digits[$0] ?? $0 })) ?? .nan
}

/// A generator for test data.
struct Noise {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }

  /// Uniform in −1..<1.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 4_503_599_627_370_496 - 1
  }

  mutating func many(_ n: Int) -> [Double] { (0..<n).map { _ in next() } }
}
