/// What a program prints under `as=markdown`: tables and emphasis, through the same filter as a chapter's text.
public func renderMarkdownFragment(_ text: String) -> Result<String, MarkdownFragmentError> {
  let document = CMarkDocument(text)
  let tooDeep = Result<String, MarkdownFragmentError>.failure(
    MarkdownFragmentError(message: "printed Markdown may not be nested deeper than \(CMarkDocument.deepest)"))
  if !document.tooDeep().isEmpty { return tooDeep }
  var rawHTML = RawHTML()
  for node in document.nodes() {
    switch node.kind {
    case "html_block", "html_inline":
      do throws(RawHTML.Fault) {
        node.setLiteral(try rawHTML.written(node.literal, at: 0))
      } catch {
        return .failure(MarkdownFragmentError(message: error.message))
      }
      if rawHTML.open.count > CMarkDocument.deepest { return tooDeep }
    case "link" where !["https://", "http://"].contains(where: node.url.hasPrefix):
      return .failure(MarkdownFragmentError(message: "printed Markdown may link to https:// only, not to '\(node.url)'"))
    case "image":
      return .failure(MarkdownFragmentError(message: "printed Markdown may hold no images"))
    default: break
    }
  }
  if let tag = rawHTML.open.last {
    return .failure(MarkdownFragmentError(message: "<\(tag.name)> is never closed: add </\(tag.name)>"))
  }
  return .success(document.html())
}

public struct MarkdownFragmentError: Error, Sendable {
  public let message: String
}
