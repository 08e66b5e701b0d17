import Foundation
import WeaveModel
import WeaveSupport

extension Resource {
  /// A script with the interface's words put in: `"{{name}}"` becomes the literal of the word of that name. A script of
  /// another table would have to be loaded before it by every page.
  package func filled(with words: Words.Scripts) -> [UInt8] {
    let words = words.byName
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let filled = text.replacing(/"{{([A-Za-z]+)}}"/) { match in
      guard let word = words[String(match.1)], let json = try? encoder.encode(word) else { return String(match.0) }
      return Script.literal(json)
    }
    return Array(filled.utf8)
  }
}

extension Words.Page {
  package var byName: [String: String] { texts(of: self) }
}

extension Words.Scripts {
  package var byName: [String: String] { texts(of: self) }
}

/// A value's texts by the names of their properties.
private func texts(of value: Any) -> [String: String] {
  var texts: [String: String] = [:]
  for field in Mirror(reflecting: value).children { texts[field.label!] = field.value as? String }
  return texts
}
