import WeaveSupport

/// How much a chapter holds.
package struct Counts: Sendable, Hashable, Codable {
  /// Blocks that are compiled, and bound numbers and claims that hold.
  package var blocks: Int
  package var numbers: Int
  package var claims: Int

  package init(_ chapter: Chapter, _ evidence: [Int: Evidence]) {
    blocks = chapter.blocks.count { $0.mode.isCompiled }
    numbers = evidence.values.count { if case .number = $0 { true } else { false } }
    claims = evidence.values.count { if case .claim = $0 { true } else { false } }
  }
}
