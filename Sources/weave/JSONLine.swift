import Foundation
import WeaveModel
import WeaveSupport

/// One object of the report for other programs, on a line of its own, its keys in order.
struct JSONLine: Encodable {
  enum Value: Encodable {
    case text(String)
    case number(Int)
    case real(Double)
    case list([String])
    case object([String: Value])
    case none

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .number(let number): try container.encode(number)
      case .real(let number): try container.encode(number)
      case .list(let list): try container.encode(list)
      case .object(let fields): try container.encode(fields)
      case .none: try container.encodeNil()
      }
    }
  }

  private var fields: [String: Value]

  init(type: String, _ fields: [String: Value]) {
    self.fields = fields
    self.fields["type"] = .text(type)
  }

  func encode(to encoder: any Encoder) throws { try fields.encode(to: encoder) }

  func write() throws(EnvironmentError) { try Report.say(json: Self.text(self, pretty: false)) }

  /// The same value gives the same text, on every machine.
  static func text(_ value: some Encodable, pretty: Bool) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension JSONLine {
  init(_ diagnostic: Diagnostic) {
    var fields: [String: Value] = [
      "severity": .text(diagnostic.severity.rawValue), "category": .text(diagnostic.category.rawValue),
      "file": .text(diagnostic.file), "line": .number(diagnostic.position.line),
      "column": .number(diagnostic.position.column), "message": .text(diagnostic.message),
    ]
    if let end = diagnostic.end {
      fields["endLine"] = .number(end.line)
      fields["endColumn"] = .number(end.column)
    }
    if let fixIt = diagnostic.fixIt {
      // Bytes of the file, which no encoding of columns changes.
      fields["fixIt"] = .object([
        "from": .number(fixIt.range.lowerBound), "to": .number(fixIt.range.upperBound),
        "replacement": .text(fixIt.replacement),
      ])
    }
    self.init(type: "diagnostic", fields)
  }
}
