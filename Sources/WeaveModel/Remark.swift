/// A kind of link whose title says in words what its text rests on, where nothing is computed:
/// `[about 3](#! "reason")`.
///
/// Each kind answers for itself here; the words that a reader sees of it are the tables' (`Words`).
package enum RemarkKind: String, Sendable, CaseIterable {
  /// Why a number is bound to nothing.
  case waiver

  /// The destination that writes it: `#` and signs that begin no other.
  package var destination: String {
    switch self {
    case .waiver: "#!"
    }
  }

  /// What the author is told where the title is missing.
  package func wantsTitle(_ text: String) -> String {
    switch self {
    case .waiver: "a waiver says why: [\(text)](\(destination) \"reason\")"
    }
  }
}
