/// Characters of ASCII, a bit each: a page asks this of every byte of every mark.
package struct ASCIISet {
  private var bits: (low: UInt64, high: UInt64) = (0, 0)

  package init(_ characters: StaticString) {
    characters.withUTF8Buffer { bytes in
      for byte in bytes { if byte < 64 { bits.low |= 1 << byte } else { bits.high |= 1 << (byte - 64) } }
    }
  }

  package func contains(_ byte: UInt8) -> Bool {
    byte < 64 ? bits.low >> byte & 1 == 1 : byte < 128 && bits.high >> (byte - 64) & 1 == 1
  }

  package func union(_ other: ASCIISet) -> ASCIISet {
    var both = self
    both.bits.low |= other.bits.low
    both.bits.high |= other.bits.high
    return both
  }
}
