import WeaveModel
import WeaveSupport

/// The texts that a block's code types into a figure's labels: the string literals of a block that calls `show`,
/// without what they interpolate. What is printed, read from a file or said when the program stops is no label.
struct FigureLabels {
  struct Label {
    var scalars: [Unicode.Scalar] = []
    /// By scalar: the bytes of the code that write it.
    var ranges: [Range<Int>] = []
  }

  private(set) var labels: [Label] = []

  private let scalars: [Unicode.Scalar]
  private let offsets: [Int]
  private var index = 0
  private var showsFigures = false
  /// Of each bracket that is open: the function that is called with it.
  private var calls: [String] = []

  private static let otherCalls: Set<String> = [
    "print", "require", "precondition", "assert", "fatalError", "preconditionFailure", "dataText", "dataBytes",
  ]

  init(_ code: String) {
    scalars = Array(code.unicodeScalars)
    var offset = 0
    offsets =
      scalars.map { scalar in
        defer { offset += UTF8.width(scalar) }
        return offset
      } + [offset]
    // Most blocks show nothing.
    guard code.contains("show(") else { return }
    while index < scalars.count { readCode() }
    if !showsFigures { labels = [] }
  }

  private func at(_ place: Int) -> Unicode.Scalar? { scalars.indices.contains(place) ? scalars[place] : nil }
  private func starts(_ place: Int, _ text: String) -> Bool {
    place < scalars.count && scalars[place...].starts(with: text.unicodeScalars)
  }

  /// One token.
  private mutating func readCode() {
    guard let scalar = at(index) else { return }
    switch scalar {
    case "/" where at(index + 1) == "/": while let next = at(index), next != "\n" { index += 1 }
    case "/" where at(index + 1) == "*": skipComment()
    case "\"": readLiteral(hashes: 0)
    case "#":
      let hashes = scalars[index...].prefix { $0 == "#" }.count
      index += hashes
      if at(index) == "\"" { readLiteral(hashes: hashes) }
    case "(":
      calls.append("")
      index += 1
    case ")":
      _ = calls.popLast()
      index += 1
    case _ where scalar.properties.isXIDStart || scalar == "_":
      let start = index
      while let next = at(index), next.properties.isXIDContinue { index += 1 }
      guard at(index) == "(" else { return }
      let name = String(scalars: scalars[start..<index])
      calls.append(name)
      if name == "show" { showsFigures = true }
      index += 1
    default: index += 1
    }
  }

  /// Comments nest.
  private mutating func skipComment() {
    var depth = 0
    repeat {
      if starts(index, "/*") {
        (depth, index) = (depth + 1, index + 2)
      } else if starts(index, "*/") {
        (depth, index) = (depth - 1, index + 2)
      } else {
        index += 1
      }
    } while depth > 0 && index < scalars.count
  }

  private mutating func readLiteral(hashes: Int) {
    let isLabel = !calls.contains(where: Self.otherCalls.contains)
    let quotes = starts(index, "\"\"\"") ? 3 : 1
    let marks = String(repeating: "#", count: hashes)
    let end = String(repeating: "\"", count: quotes) + marks
    var label = Label()
    func finish(_ labels: inout [Label]) {
      if isLabel, !label.scalars.isEmpty { labels.append(label) }
      label = Label()
    }
    index += quotes
    while let scalar = at(index), !starts(index, end) {
      let start = index
      var shown = scalar
      if starts(index, "\\" + marks) {
        index += 1 + hashes
        switch at(index) {
        case "(":
          // What the program fills in stands apart from what is typed.
          readInterpolation()
          shown = " "
        case "u":
          let digits = scalars[index...].dropFirst(2).prefix { $0 != "}" }
          index += digits.count + 3
          shown = UInt32(String(scalars: digits), radix: 16).flatMap(Unicode.Scalar.init) ?? Surroundings.formula
        case "n":
          (shown, index) = ("\n", index + 1)
        case let escaped:
          (shown, index) = (escaped ?? " ", index + 1)
        }
      } else {
        index += 1
      }
      if shown == "\n" {
        finish(&labels)
      } else {
        label.scalars.append(shown)
        label.ranges.append(offsets[start]..<offsets[min(index, scalars.count)])
      }
    }
    index += quotes + hashes
    finish(&labels)
  }

  /// From its bracket to the one that closes it; literals within are literals.
  private mutating func readInterpolation() {
    let depth = calls.count
    calls.append("")
    index += 1
    while calls.count > depth, index < scalars.count { readCode() }
  }
}
