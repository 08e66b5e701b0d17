import WeaveSupport

/// The ids that a page gives to its own places. No heading and no author takes one of them.
package enum Anchor {
  package static func number(_ link: Int) -> String { "n-\(link + 1)" }
  package static func popup(_ link: Int) -> String { "why-\(link + 1)" }
  package static func block(_ index: Int) -> String { "block-\(index + 1)" }
  /// Before each id in a figure or a diagram.
  package static func figure(_ block: Int, _ number: Int) -> String { "fig-\(block + 1)-\(number + 1)-" }
  package static func diagram(_ index: Int) -> String { "dot-\(index + 1)-" }
  package static func footnote(_ name: String) -> String { "fn-\(name)" }
  package static func footnoteReference(_ name: String, _ number: Int) -> String {
    "fnref-\(name)\(number > 1 ? "-\(number)" : "")"
  }
  package static func publication(_ key: String) -> String { "ref-\(key)" }
  package static func citation(_ key: String, _ number: Int) -> String { "cite-\(key)-\(number)" }
  /// An id holds no space.
  package static func term(_ word: String) -> String { "term-\(word.replacing(" ", with: "-"))" }

  private static let fixed: Set = [
    "main", "contents", "after-text", "bibliography", "bibliography-title", "chapter-cards", "chapter-cards-title",
  ]

  /// Whether a page may have a place of its own by this name.
  package static func isReserved(_ id: String) -> Bool {
    if fixed.contains(id) || ["fn-", "fnref-", "ref-", "cite-", "term-"].contains(where: id.hasPrefix) { return true }
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().prefix { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }.count
    return switch parts[0] {
    case "n", "why", "block": parts.count == 2 && numbers == 1
    case "fig": parts.count > 3 && numbers >= 2
    case "dot": parts.count > 2 && numbers >= 1
    default: false
    }
  }
}
