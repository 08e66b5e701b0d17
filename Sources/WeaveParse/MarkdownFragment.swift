import WeaveModel

/// What a program prints under `as=markdown`: tables and emphasis, through the same filter as a chapter's text. Neither
/// formulas nor bound links are read in it.
package func readMarkdownFragment(_ text: String) -> Result<Chapter, MarkdownFragmentError> {
  let reader = ChapterReader(printed: text)
  return reader.refusal.map { .failure(MarkdownFragmentError(message: $0)) } ?? .success(reader.chapter)
}

package struct MarkdownFragmentError: Error, Sendable {
  package let message: String
}
