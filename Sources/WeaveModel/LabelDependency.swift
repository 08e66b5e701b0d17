/// A label of another chapter that a chapter's page was made with.
package struct LabelDependency: Sendable, Hashable, Codable {
  package var chapter: String
  package var id: String
  /// Nil for a place without a number.
  package var label: Label?

  package init(chapter: String, id: String, label: Label?) {
    (self.chapter, self.id, self.label) = (chapter, id, label)
  }
}
