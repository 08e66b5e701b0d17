// Numbers as text, from integer arithmetic alone: the same digits on every machine.

/// 10ⁿ; exact for 0 ≤ n ≤ 22, correctly rounded for −22 ≤ n < 0.
func powerOfTen(_ n: Int) -> Double {
  var power = 1.0
  var i = n < 0 ? -n : n
  while i > 0 {
    power *= 10
    i -= 1
  }
  return n < 0 ? 1 / power : power
}

/// `x` with exactly `decimals` digits after the point: the exact binary value is rounded, a tie goes to the
/// even digit, as C's `printf` does. From 10¹⁵ on it is written with a power of ten.
package func fixed(_ x: Double, _ decimals: Int) -> String {
  if x.isNaN { return "NaN" }
  if x.isInfinite { return x < 0 ? "−∞" : "∞" }
  require(decimals >= 0 && decimals <= 15, "decimals must lie in 0...15, not \(decimals)")
  let magnitude = x < 0 ? -x : x
  if magnitude >= 1e15 { return scientific(x, significant: decimals + 1) }
  let digits = roundedProduct(magnitude, decimals)
  if digits == nil { return scientific(x, significant: decimals + 1) }
  let body = place(point: decimals, in: digits!)
  return x < 0 && digits! != 0 ? "−" + body : body
}

/// `fixed` without the zeros at the end.
func trimmed(_ x: Double, _ decimals: Int) -> String {
  let text = fixed(x, decimals)
  if decimals == 0 || !x.isFinite { return text }
  var bytes = Array(text.utf8)
  if !bytes.contains(46) || bytes.contains(0xC3) { return text }
  while bytes[bytes.count - 1] == 48 { bytes.removeLast() }
  if bytes[bytes.count - 1] == 46 { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}

/// `x` to `significant` digits, zeros at the end dropped: plain between 10⁻⁴ and 10⁹, else `m×10ⁿ`.
func general(_ x: Double, significant: Int = 6) -> String {
  if !x.isFinite || x == 0 { return fixed(x, 0) }
  let exponent = decimalExponent(x)
  if exponent < -4 || exponent > 8 { return scientific(x, significant: significant) }
  let decimals = significant - 1 - exponent
  return trimmed(x, decimals < 0 ? 0 : decimals)
}

/// `m×10ⁿ` with superscript digits.
func scientific(_ x: Double, significant: Int) -> String {
  if !x.isFinite || x == 0 { return fixed(x, 0) }
  var exponent = decimalExponent(x)
  let places = significant > 13 ? 12 : significant - 1
  var mantissa = exponent < -290 ? x * 1e300 / powerOfTen(exponent + 300) : x / powerOfTen(exponent)
  // 9.9996 shown with three decimals is 10.000: one more power of ten.
  let shown = mantissa < 0 ? -mantissa : mantissa
  if let digits = roundedProduct(shown, places), Double(digits) >= powerOfTen(places + 1) {
    exponent += 1
    mantissa /= 10
  }
  return trimmed(mantissa, places) + "×10" + superscript(exponent)
}

func superscript(_ n: Int) -> String {
  let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
  var text = ""
  var rest = n < 0 ? -n : n
  repeat {
    text = digits[rest % 10] + text
    rest /= 10
  } while rest > 0
  return n < 0 ? "⁻" + text : text
}

/// The n with 10ⁿ ≤ |x| < 10ⁿ⁺¹, for finite x ≠ 0.
func decimalExponent(_ x: Double) -> Int {
  var m = x < 0 ? -x : x
  var n = 0
  while m < 1e-22 {
    m *= 1e22
    n -= 22
  }
  while m >= 1e22 {
    m /= 1e22
    n += 22
  }
  var e = 0
  while e < 22 && m >= powerOfTen(e + 1) { e += 1 }
  while m < powerOfTen(e) { e -= 1 }
  return n + e
}

/// m·10ᵈ rounded to an integer from the exact product (Dekker's two-part product); nil from 2⁵³ on.
private func roundedProduct(_ m: Double, _ d: Int) -> Int64? {
  let scale = powerOfTen(d)
  let product = m * scale
  if product >= 9_007_199_254_740_992 { return nil }
  let (mh, ml) = halves(m)
  let (sh, sl) = halves(scale)
  let error = ((mh * sh - product) + mh * sl + ml * sh) + ml * sl
  var whole = Int64(product)
  let rest = product - Double(whole)
  if rest > 0.5 || (rest == 0.5 && (error > 0 || (error == 0 && whole % 2 == 1))) { whole += 1 }
  return whole
}

/// Two parts of at most 26 bits whose sum is x.
private func halves(_ x: Double) -> (Double, Double) {
  let c = 134_217_729 * x
  let high = c - (c - x)
  return (high, x - high)
}

private func place(point decimals: Int, in digits: Int64) -> String {
  var bytes: [UInt8] = []
  var rest = digits
  var count = 0
  while rest > 0 || count <= decimals {
    if count == decimals && decimals > 0 { bytes.append(46) }
    bytes.append(48 + UInt8(truncatingIfNeeded: rest % 10))
    rest /= 10
    count += 1
  }
  bytes.reverse()
  return String(decoding: bytes, as: UTF8.self)
}
