// Widths are estimated, on the wide side, since the reader's font is not known.

let textSize = 12.5
let smallSize = 12.0
let lineHeight = 17.0

/// The width of `text` at font size 1.
func ems(_ text: String) -> Double {
  var total = 0.0
  for scalar in text.unicodeScalars { total += ems(scalar.value) }
  return total
}

func textWidth(_ text: String, size: Double = textSize) -> Double { ems(text) * size }

private func ems(_ code: UInt32) -> Double {
  switch code {
  case 0x20: return 0.33
  case 0x27, 0x2C, 0x2E, 0x3A, 0x3B, 0x69, 0x6A, 0x6C, 0x7C, 0x49: return 0.34  // ' , . : ; i j l | I
  case 0x21, 0x28, 0x29, 0x2F, 0x5B, 0x5D, 0x66, 0x72, 0x74: return 0.42  // ! ( ) / [ ] f r t
  case 0x6D, 0x77, 0x4D, 0x57, 0x40, 0x25: return 0.94  // m w M W @ %
  case 0x41...0x5A: return 0.72
  case 0x00...0x7E: return 0.6
  case 0x00A0...0x00FF: return 0.62
  case 0x0300...0x036F, 0x3099, 0x309A, 0xFE00...0xFE0F: return 0  // combining marks
  case 0x0100...0x05FF: return 0.64  // Latin, Greek, Cyrillic
  case 0x2070...0x209F: return 0.42  // superscripts, subscripts
  case 0x2010...0x201F: return 0.6
  case 0x2212, 0x221A, 0x2016: return 0.64
  case 0xFF61...0xFF9F: return 0.5  // half-width katakana
  default: return 1
  }
}

/// `text` cut with “…” so that it fits `width`.
func shortened(_ text: String, to width: Double, size: Double = textSize) -> String {
  if textWidth(text, size: size) <= width { return text }
  var result = ""
  var used = size
  for scalar in text.unicodeScalars {
    used += ems(scalar.value) * size
    if used > width { break }
    result.unicodeScalars.append(scalar)
  }
  return result + "…"
}

/// `text` on one line, or on two when it is wider than `width`: broken at a space, or where Japanese allows it.
func folded(_ text: String, to width: Double, size: Double = textSize) -> [String] {
  if textWidth(text, size: size) <= width { return [text] }
  let scalars = Array(text.unicodeScalars)
  var used = 0.0
  var cut = 0
  var cutIsGood = false
  for i in scalars.indices where i + 1 < scalars.count {
    used += ems(scalars[i].value) * size
    if used > width { break }
    let (this, next) = (scalars[i].value, scalars[i + 1].value)
    // A change of script is a word's end more often than not.
    let good = this == 0x20 || next == 0x20 || (script(this) != script(next) && script(next) != 1)
    let rest = textWidth(text, size: size) - used
    if good && (used > width * 0.3 || rest < width) {
      cut = i + 1
      cutIsGood = true
    } else if !cutIsGood && breaksBefore(next) {
      cut = i + 1
    }
  }
  if cut == 0 { return [shortened(text, to: width, size: size)] }
  var first = String.UnicodeScalarView()
  first.append(contentsOf: scalars[..<cut])
  var start = cut
  while start < scalars.count && scalars[start].value == 0x20 { start += 1 }
  var second = String.UnicodeScalarView()
  second.append(contentsOf: scalars[start...])
  return [String(first), shortened(String(second), to: width, size: size)]
}

/// 1 hiragana, 2 katakana, 3 kanji, 0 anything else.
private func script(_ code: UInt32) -> Int {
  switch code {
  case 0x3041...0x309F: return 1
  case 0x30A0...0x30FF: return 2
  case 0x4E00...0x9FFF: return 3
  default: return 0
  }
}

/// Kanji and kana, but no small kana, long-vowel mark or closing punctuation.
private func breaksBefore(_ code: UInt32) -> Bool {
  switch code {
  case 0x3041, 0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087: return false
  case 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30FC: return false
  case 0x3041...0x30FF, 0x4E00...0x9FFF: return true
  default: return false
  }
}
