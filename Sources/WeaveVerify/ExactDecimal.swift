import Foundation
import WeaveParse

/// A number as its exact decimal expansion: every integer and every binary fraction has one.
package struct ExactDecimal: Sendable, Hashable {
  package private(set) var isNegative: Bool
  /// Digits, the highest first, and how many of them stand after the point (a negative count is zeros before it).
  private var digits: [UInt8]
  private var decimals: Int

  /// Nil for what is not finite.
  package init?(_ value: Double) {
    guard value.isFinite else { return nil }
    isNegative = value < 0
    // glibc prints every digit that it is asked for; 1074 is the last that can differ from 0.
    let needed = value == 0 ? 0 : max(0, 52 - Int(value.exponent))
    let capacity = 312 + needed
    digits = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      buffer.withMemoryRebound(to: CChar.self) { text in
        count = withVaList([value.magnitude]) { Int(vsnprintf(text.baseAddress!, capacity, "%.\(needed)f", $0)) }
      }
      for index in 0..<count where buffer[index] != UInt8(ascii: ".") { buffer[index] -= 48 }
    }
    decimals = 0
    if let point = digits.lastIndex(of: UInt8(ascii: ".")) {
      decimals = digits.count - point - 1
      digits.remove(at: point)
    }
  }

  package init(_ value: some BinaryInteger) {
    isNegative = value < 0
    digits = String(value.magnitude).utf8.map { $0 - 48 }
    decimals = 0
  }

  /// Reads `-123`, `0.05`, `5e-05`: an integer of any width, and what a Double prints of itself.
  package init?(decimal text: some StringProtocol) {
    var rest = Substring(text)
    isNegative = rest.hasPrefix("-")
    if isNegative { rest.removeFirst() }
    var power = 0
    if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      guard let exponent = Int(rest[rest.index(after: mark)...]), exponent.magnitude < 5000 else { return nil }
      (power, rest) = (exponent, rest[..<mark])
    }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
      return nil
    }
    digits = parts.joined().utf8.map { $0 - 48 }
    decimals = (parts.count == 2 ? parts[1].utf8.count : 0) - power
    if isZero { isNegative = false }
  }

  var isZero: Bool { digits.allSatisfy { $0 == 0 } }

  package var magnitude: ExactDecimal {
    var result = self
    result.isNegative = false
    return result
  }

  /// Times 10^power.
  func scaled(by power: Int) -> ExactDecimal {
    var result = self
    result.decimals -= power
    return result
  }

  package static func * (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal {
    var product = [Int](repeating: 0, count: a.digits.count + b.digits.count)
    for (i, x) in a.digits.enumerated() where x != 0 {
      for (j, y) in b.digits.enumerated() { product[i + j + 1] += Int(x) * Int(y) }
    }
    for index in product.indices.dropFirst().reversed() {
      product[index - 1] += product[index] / 10
      product[index] %= 10
    }
    var result = a
    result.digits = product.map(UInt8.init)
    result.decimals += b.decimals
    result.isNegative = a.isNegative != b.isNegative && !result.isZero
    return result
  }

  package static func - (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal {
    var other = b
    other.isNegative.toggle()
    let (x, y, decimals) = aligned(a, other)
    var result = a
    result.decimals = decimals
    if a.isNegative == other.isNegative {
      var carry: UInt8 = 0
      result.digits = [0] + x
      for index in x.indices.reversed() {
        let sum = x[index] + y[index] + carry
        (carry, result.digits[index + 1]) = (sum / 10, sum % 10)
      }
      result.digits[0] = carry
    } else {
      let isReversed = x.lexicographicallyPrecedes(y)
      let (large, small) = isReversed ? (y, x) : (x, y)
      var borrow: UInt8 = 0
      result.digits = large
      for index in large.indices.reversed() {
        let wanted = small[index] + borrow
        borrow = large[index] < wanted ? 1 : 0
        result.digits[index] = large[index] + 10 * borrow - wanted
      }
      result.isNegative = isReversed ? other.isNegative : a.isNegative
    }
    if result.isZero { result.isNegative = false }
    return result
  }

  /// Whether |a| ≤ |b|.
  static func isWithin(_ a: ExactDecimal, _ b: ExactDecimal) -> Bool {
    let (x, y, _) = aligned(a, b)
    return !y.lexicographicallyPrecedes(x)
  }

  /// Digits of the same length and place.
  private static func aligned(_ a: ExactDecimal, _ b: ExactDecimal) -> (x: [UInt8], y: [UInt8], decimals: Int) {
    let decimals = max(a.decimals, b.decimals)
    var x = a.digits + [UInt8](repeating: 0, count: decimals - a.decimals)
    var y = b.digits + [UInt8](repeating: 0, count: decimals - b.decimals)
    let count = max(x.count, y.count)
    x = [UInt8](repeating: 0, count: count - x.count) + x
    y = [UInt8](repeating: 0, count: count - y.count) + y
    return (x, y, decimals)
  }

  /// The digits of the value times 10^places, rounded half away from zero to a whole number.
  package func rounded(to places: Int) -> (isNegative: Bool, digits: String) {
    let drop = decimals - places
    var kept = digits
    if drop < 0 {
      kept += [UInt8](repeating: 0, count: -drop)
    } else if drop > 0 {
      let up = drop <= digits.count && digits[digits.count - drop] >= 5
      kept = drop < digits.count ? Array(digits.dropLast(drop)) : [0]
      if up {
        var index = kept.count - 1
        while index >= 0, kept[index] == 9 {
          kept[index] = 0
          index -= 1
        }
        if index >= 0 { kept[index] += 1 } else { kept.insert(1, at: 0) }
      }
    }
    let trimmed = kept.drop { $0 == 0 }
    if trimmed.isEmpty { return (false, "0") }
    return (isNegative, String(decoding: trimmed.map { $0 + 48 }, as: UTF8.self))
  }

  /// The power of ten of the highest digit that is not 0; nil for 0.
  package var order: Int? {
    digits.firstIndex { $0 != 0 }.map { digits.count - decimals - 1 - $0 }
  }
}
