/// The names that a file asks the program and its modules for, as the compiler notes them for its own incremental
/// builds (`-emit-reference-dependencies-path`): neither members nor what the file finds in a function of its own. What
/// it declares itself at its top is among them, used or not.
struct LookedUpNames {
  private let names: Set<String>

  /// The text in which they are kept.
  var text: String { names.sorted().joined(separator: "\n") }
  init(text: String) { names = Set(text.split(separator: "\n").map(String.init)) }

  /// Nil where this is not what the compiler writes.
  init?(compilerNotes bytes: [UInt8]) {
    guard let records = BitStream.records(bytes, magic: "DEPS") else { return nil }
    // A node's numbers: its kind, its aspect, its context, its name, and whether the file declares it.
    let nodes = records.filter { $0.code == Self.node && $0.numbers.count == 5 }
    let texts: [[UInt8]] = [[]] + records.compactMap { $0.code == Self.text ? $0.blob : nil }
    let places = nodes.filter { $0.numbers[0] == Self.topLevel }.map { Int($0.numbers[3]) }
    guard !places.isEmpty, places.allSatisfy(texts.indices.contains) else { return nil }
    names = Set(places.map { String(decoding: texts[$0], as: UTF8.self) })
  }

  private static let node: UInt64 = 2, text: UInt64 = 5
  private static let topLevel: UInt64 = 0

  func first(of others: Set<String>) -> String? { names.intersection(others).min() }
}
