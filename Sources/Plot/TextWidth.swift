// Widths are estimated, on the wide side, since the reader's font is not known.

let textSize = 12.5
let smallSize = 11.5
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
  case 0x20: return 0.3
  case 0x21, 0x27, 0x28, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x5B, 0x5D, 0x66, 0x69, 0x6A, 0x6C, 0x72, 0x74, 0x7C, 0x49:
    return 0.36  // ! ' ( ) , . : ; [ ] f i j l r t | I
  case 0x6D, 0x77, 0x4D, 0x57, 0x40, 0x25: return 0.92  // m w M W @ %
  case 0x41...0x5A: return 0.7
  case 0x00...0x7E: return 0.58
  case 0x00A0...0x00FF: return 0.58
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
