import Foundation
import Kernel

/// A value of a JSON file in Fixtures/, read by the name and the type that a test expects; anything else stops the
/// test. (`JSONSerialization` on Linux reads some numbers a unit in the last place off; `JSONDecoder` does not.)
indirect enum Fixture: Decodable {
  case number(Double)
  case list([Fixture])
  case object([String: Fixture])
  case text(String)
  case bool(Bool)

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let list = try? value.decode([Fixture].self) {
      self = .list(list)
    } else if let bool = try? value.decode(Bool.self) {
      self = .bool(bool)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else {
      self = .object(try value.decode([String: Fixture].self))
    }
  }

  /// The file Fixtures/`name`.json.
  static func named(_ name: String) -> Fixture {
    let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures")!
    return try! JSONDecoder().decode(Fixture.self, from: Data(contentsOf: url))
  }

  subscript(key: String) -> Fixture {
    guard case .object(let members) = self, let member = members[key] else { fatalError("no \(key) in the fixture") }
    return member
  }

  var cases: [Fixture] {
    guard case .list(let list) = self, !list.isEmpty else { fatalError("a fixture without cases tests nothing") }
    return list
  }

  var number: Double {
    switch self {
    case .number(let number): number
    case .text("inf"): .infinity
    case .text("-inf"): -.infinity
    case .text("nan"): .nan
    default: fatalError("\(self) is no number")
    }
  }
  var text: String {
    guard case .text(let text) = self else { fatalError("\(self) is no text") }
    return text
  }
  var bool: Bool {
    guard case .bool(let bool) = self else { fatalError("\(self) is no Bool") }
    return bool
  }
  var int: Int { Int(exactly: number)! }
  var vector: [Double] { cases.map(\.number) }
  var ints: [Int] { cases.map(\.int) }
  var texts: [String] { cases.map(\.text) }
  var matrix: Matrix<Double> { Matrix(cases.map(\.vector)) }
  var matrices: [Matrix<Double>] { cases.map(\.matrix) }
  var table: [[Bool]] { cases.map { $0.cases.map(\.bool) } }
}
