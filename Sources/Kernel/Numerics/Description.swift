#if !hasFeature(Embedded)
  /// The value with a fixed number of decimals, rounded to nearest, ties to even, from its exact binary value.
  /// Refused: fewer than 0 or more than 15 decimals.
  public func fixed<T: Real>(_ value: T, decimals: Int = 4) -> String {
    require((0...15).contains(decimals), "fixed: \(decimals) decimals")
    let x = value._asDouble
    if x.isNaN { return "nan" }
    if x.isInfinite { return x > 0 ? "inf" : "-inf" }
    if x.magnitude >= 0x1p53 { return "\(x)" }
    var power: UInt128 = 1
    for _ in 0..<decimals { power *= 10 }
    // |x| = m·2^e with e ≤ 0, so |x|·10^d = (m·10^d) >> −e, rounded on the bits that fall away.
    let e = max(Int(x.exponentBitPattern), 1) - 1075
    let m = UInt128(x.significandBitPattern) + (x.exponentBitPattern > 0 ? 1 << 52 : 0)
    let scaled = m * power
    var units = scaled
    if e < 0 {
      let drop = -e
      if drop > 120 {
        units = 0
      } else {
        units = scaled >> drop
        let rest = scaled - (units << drop), half: UInt128 = 1 << (drop - 1)
        if rest > half || (rest == half && units & 1 == 1) { units += 1 }
      }
    }
    let digits = String(units)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(decimals), fraction = padded.suffix(decimals)
    return (x.sign == .minus && units > 0 ? "-" : "") + whole + (decimals > 0 ? "." + fraction : "")
  }

  /// The values with a fixed number of decimals, in brackets. Refused: as for one value.
  public func fixed<T: Real>(_ values: [T], decimals: Int = 4) -> String {
    "[" + values.map { fixed($0, decimals: decimals) }.joined(separator: ", ") + "]"
  }

  extension Matrix: CustomStringConvertible {
    /// One line for each row, four decimals, columns aligned on the right.
    public var description: String {
      let cells = rowVectors.map { $0.map { fixed($0) } }
      let widths = (0..<columns).map { j in cells.map { $0[j].count }.max() ?? 0 }
      return cells.map { row in
        "["
          + zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ") + "]"
      }.joined(separator: "\n")
    }
  }
#endif
