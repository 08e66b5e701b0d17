/// The language of a book: what its pages say of themselves, and how their words are written.
///
/// To add one: a case, and a table of its words.
package enum Language: String, Sendable, Hashable, Codable, CaseIterable {
  case japanese = "ja"
  case english = "en"

  /// Of a book whose list names none.
  package static let standard = Language.japanese

  package var words: Words {
    switch self {
    case .japanese: .japanese
    case .english: .english
    }
  }
}

extension Words {
  /// By the tag of the language (BCP 47); nil where there is no table for it.
  package init?(language tag: String) {
    guard let language = Language(rawValue: tag) else { return nil }
    self = language.words
  }

  /// The attributes of the root element of a page: the language, and the direction where it is not HTML's own.
  package var rootAttributes: String {
    "lang=\"\(language)\"" + (direction == .rightToLeft ? " dir=\"rtl\"" : "")
  }

  /// Figure 3, Equation (2)
  package func label(_ label: Label) -> String {
    let number = label.kind == .equation ? "(\(label.number))" : "\(label.number)"
    return "\(name(of: label.kind)) \(number)"
  }

  /// What a caption calls its figure, table, equation or listing.
  package func name(of kind: Label.Kind) -> String { names(of: kind)[0] }

  /// What a reader may call it in a text: the caption's name first.
  package func names(of kind: Label.Kind) -> [String] {
    switch kind {
    case .figure: labels.figure
    case .table: labels.table
    case .equation: labels.equation
    case .listing: labels.listing
    }
  }

  package func title(of alert: Alert) -> String {
    switch alert {
    case .note: alerts.note
    case .tip: alerts.tip
    case .important: alerts.important
    case .warning: alerts.warning
    case .caution: alerts.caution
    }
  }
}
