/// A count of operations, weights or bytes: 64 bits on every machine, not negative, and words in place of a bare trap
/// where the bits do not suffice.
struct Count: ExpressibleByIntegerLiteral {
  let value: Int64

  init(integerLiteral value: Int64) { self.value = value }

  /// Refused: a negative number.
  init(_ value: Int64, _ name: String) {
    require(value >= 0, "\(name): a count of \(shown(value)) is negative")
    self.value = value
  }

  init(_ value: Int, _ name: String) { self.init(Int64(value), name) }

  static func + (a: Count, b: Count) -> Count { checked(a.value.addingReportingOverflow(b.value)) }
  static func * (a: Count, b: Count) -> Count { checked(a.value.multipliedReportingOverflow(by: b.value)) }

  private static func checked(_ result: (partialValue: Int64, overflow: Bool)) -> Count {
    require(!result.overflow, "a count of operations, weights or bytes is beyond 64 bits")
    return Count(integerLiteral: result.partialValue)
  }
}

/// A 64-bit number as a message can show it where `Int` has 32 bits.
func shown(_ n: Int64) -> Int { Int(clamping: n) }
