import Foundation

/// A printed number: its digits and its format. `−1,234.50`, `6.65×10⁻⁷`, `3.1e-7`, `12.5%`.
struct Numeral: Sendable, Hashable {
  /// Sign and digits without separators, the exponent left out.
  var isNegative: Bool
  var digits: String
  /// Digits behind the point.
  var decimals: Int
  var exponent: Int
  var isPercent: Bool
  /// Where it stands in the text.
  var range: Range<String.Index>
  /// How it was written, for writing another one the same way.
  private var minus: Character
  private var groups: Bool
  private var exponentText: String
  private var isFullWidth: Bool

  /// All numerals of a text.
  static func all(in text: String) -> [Numeral] {
    var list: [Numeral] = []
    var index = text.startIndex
    while index < text.endIndex {
      guard digit(text[index]) != nil, let numeral = Numeral(text, firstDigit: index) else {
        index = text.index(after: index)
        continue
      }
      list.append(numeral)
      index = numeral.range.upperBound
    }
    return list
  }

  private static func digit(_ character: Character) -> Int? {
    guard character.unicodeScalars.count == 1, let value = character.unicodeScalars.first?.value else { return nil }
    if (0x30...0x39).contains(value) { return Int(value) - 0x30 }
    if (0xFF10...0xFF19).contains(value) { return Int(value) - 0xFF10 }
    return nil
  }

  /// Beyond every Double: no exponent.
  private static let tooLarge = 400

  private static let superscripts: [Character: Int] = [
    "⁰": 0, "¹": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5, "⁶": 6, "⁷": 7, "⁸": 8, "⁹": 9,
  ]

  private init?(_ text: String, firstDigit: String.Index) {
    var index = firstDigit
    func peek(_ offset: Int = 0) -> Character? {
      text.index(index, offsetBy: offset, limitedBy: text.endIndex).flatMap { $0 < text.endIndex ? text[$0] : nil }
    }
    var start = firstDigit
    isNegative = false
    minus = "-"
    if start > text.startIndex {
      let before = text.index(before: start)
      let isSign = "-−－".contains(text[before])
      // `GPT-2` and `3-5` hold no minus: one stands behind nothing, a space or an opening bracket.
      let precedes = before == text.startIndex ? nil : text[text.index(before: before)]
      if isSign, precedes == nil || !(precedes!.isLetter && precedes!.isASCII || precedes!.isNumber) {
        isNegative = true
        minus = text[before]
        start = before
      }
    }
    digits = ""
    decimals = 0
    groups = false
    isFullWidth = text[firstDigit].unicodeScalars.first!.value > 0x7F
    while let character = peek() {
      if let value = Self.digit(character) {
        digits.append(String(value))
      } else if character == ",", let a = peek(1).flatMap(Self.digit), let b = peek(2).flatMap(Self.digit),
        let c = peek(3).flatMap(Self.digit), peek(4).flatMap(Self.digit) == nil
      {
        groups = true
        digits += "\(a)\(b)\(c)"
        index = text.index(index, offsetBy: 4)
        continue
      } else {
        break
      }
      index = text.index(after: index)
    }
    if let point = peek(), point == "." || point == "．", peek(1).flatMap(Self.digit) != nil {
      index = text.index(after: index)
      while let value = peek().flatMap(Self.digit) {
        digits.append(String(value))
        decimals += 1
        index = text.index(after: index)
      }
    }
    (exponent, exponentText) = (0, "")
    let mark = index
    if let e = peek(), e == "e" || e == "E" {
      index = text.index(after: index)
      exponentText.append(e)
      var sign = 1
      if let s = peek(), s == "-" || s == "+" {
        sign = s == "-" ? -1 : 1
        exponentText.append(s)
        index = text.index(after: index)
      }
      var value: Int?
      while let d = peek().flatMap(Self.digit) {
        value = min((value ?? 0) * 10 + d, Self.tooLarge)
        index = text.index(after: index)
      }
      if let value, value < Self.tooLarge { exponent = sign * value } else { index = mark }
    } else if let cross = text[index...].first(where: { $0 != " " }), cross == "×" || cross == "x" || cross == "·" {
      while peek() == " " { index = text.index(after: index) }
      while true {
        index = text.index(after: index)
        if peek() != " " { break }
      }
      if peek() == "1", peek(1) == "0" {
        index = text.index(index, offsetBy: 2)
        var sign = 1
        if peek() == "⁻" {
          sign = -1
          index = text.index(after: index)
        }
        var value: Int?
        while let d = peek().flatMap({ Self.superscripts[$0] }) {
          value = min((value ?? 0) * 10 + d, Self.tooLarge)
          index = text.index(after: index)
        }
        if let value, value < Self.tooLarge {
          exponent = sign * value
          exponentText = String(text[mark..<index])
        } else {
          index = mark
        }
      } else {
        index = mark
      }
    }
    if index == mark { (exponent, exponentText) = (0, "") } else if exponentText.first.map({ "eE".contains($0) }) == true {
      exponentText = String(text[mark..<index])
    }
    let unit = text[index...].drop { $0 == " " }.first
    isPercent = unit == "%" || unit == "％"
    range = start..<index
  }

  /// The value as printed.
  var value: Double {
    let text = "\(isNegative ? "-" : "")\(digits)e\(exponent - decimals)"
    return (Double(text) ?? .nan) / (isPercent ? 100 : 1)
  }

  /// `value`, rounded half away from zero to this numeral's decimals and written in its form.
  func written(_ value: ExactDecimal) -> String {
    var shifted = value
    shifted.scale(by: (isPercent ? 2 : 0) - exponent)
    var (negative, digits) = shifted.rounded(to: decimals)
    if digits.allSatisfy({ $0 == "0" }) { negative = false }
    while digits.count <= decimals { digits.insert("0", at: digits.startIndex) }
    var whole = String(digits.dropLast(decimals))
    if groups {
      var grouped = ""
      for (offset, digit) in whole.reversed().enumerated() {
        if offset > 0, offset % 3 == 0 { grouped.append(",") }
        grouped.append(digit)
      }
      whole = String(grouped.reversed())
    }
    var text = whole + (decimals > 0 ? "." + digits.suffix(decimals) : "")
    if isFullWidth {
      text = String(text.map { $0.isNumber ? Character(Unicode.Scalar($0.unicodeScalars.first!.value + 0xFEE0)!) : $0 })
    }
    return (negative ? String(minus) : "") + text + exponentText
  }
}

/// A Double's exact decimal expansion: every binary fraction has one.
struct ExactDecimal: Sendable, Hashable {
  var isNegative: Bool
  /// Digits, and how many of them stand behind the point.
  private var digits: [UInt8]
  private var decimals: Int

  init?(_ value: Double) {
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

  /// - Parameter text: decimal digits, with a minus where it is negative.
  init(integer text: String) {
    isNegative = text.utf8.first == UInt8(ascii: "-")
    digits = text.utf8.drop { $0 == UInt8(ascii: "-") }.map { $0 - 48 }
    decimals = 0
  }

  /// Times 10^power.
  mutating func scale(by power: Int) { decimals -= power }

  /// The digits of the value times 10^places, rounded half away from zero to a whole number.
  func rounded(to places: Int) -> (isNegative: Bool, digits: String) {
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
    return (isNegative, trimmed.isEmpty ? "0" : String(decoding: trimmed.map { $0 + 48 }, as: UTF8.self))
  }
}
