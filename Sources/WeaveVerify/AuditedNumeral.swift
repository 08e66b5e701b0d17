import WeaveModel

/// A finding of the audit: a numeral that a reader sees, where it stands in the source, and what it rests on.
package struct AuditedNumeral: Sendable {
  package enum Ground: Sendable {
    /// By link: held against a computed value, or a label's number.
    case bound
    case cited
    case waived
    case free(FreeRule)
    case unbound
    /// Spelled so that the source does not show the number that the page shows.
    case disguised
  }

  package var ground: Ground
  package var text: String
  /// Bytes of the source.
  package var offset: Int
  /// How it looks, for the message: "a decimal".
  package var look = "a number"
  /// How to write what is not read.
  package var form: String?
  /// It looks like a measurement and stands in running text: no figure allows it.
  package var isMeasured = false
  /// It stands in a label of a figure, as the block's code types it.
  package var isTyped = false
  /// A macro of the book brings it into a formula, or puts its digits together.
  package var isOfMacro = false
}
