/// What a program prints under `as=markdown`: tables and emphasis, through the same filter as a chapter's text.
public func renderMarkdownFragment(_ text: String) -> Result<String, MarkdownFragmentError> {
  let document = CMarkDocument(text)
  if !document.tooDeep().isEmpty {
    return .failure(MarkdownFragmentError(message: "printed Markdown may not be nested deeper than \(CMarkDocument.deepest)"))
  }
  for node in document.nodes() {
    switch node.kind {
    case "html_block", "html_inline":
      if let problem = HTMLFilter.problem(in: node.literal) { return .failure(MarkdownFragmentError(message: problem)) }
    case "link" where !["https://", "http://"].contains(where: node.url.hasPrefix):
      return .failure(MarkdownFragmentError(message: "printed Markdown may link to https:// only, not to '\(node.url)'"))
    case "image":
      return .failure(MarkdownFragmentError(message: "printed Markdown may hold no images"))
    default: break
    }
  }
  return .success(document.html())
}

public struct MarkdownFragmentError: Error, Sendable {
  public let message: String
}
