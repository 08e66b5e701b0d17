/// The most elements of one vector or matrix: 2³², or what `Int` holds where it has 32 bits. A larger size is a mistake
/// that should be named, and not an allocation that fails without a word.
let mostElements = Int(clamping: Int64(1) << 32)

/// Stops unless a count lies in least…2³².
func requireCount(_ count: Int, from least: Int = 0, _ name: @autoclosure () -> String) {
  require(count >= least && count <= mostElements, "\(name()): a count of \(count) is outside \(least)…2³²")
}

/// The number of elements of a size. Refused: a negative size, more than 2³² rows, columns or elements.
func elementCount(_ rows: Int, _ columns: Int) -> Int {
  require(rows >= 0 && columns >= 0, "Matrix: size \(rows)×\(columns) is negative")
  let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
  require(
    !overflow && count <= mostElements && rows <= mostElements && columns <= mostElements,
    "Matrix: size \(rows)×\(columns) is beyond 2³² elements")
  return count
}
