import WeaveModel

extension CompilerDiagnostic {
  init(_ message: CompilerMessage) {
    self.init(message.origin, message.text)
    (after, line, byteColumn, isWarning) = (message.after, message.line, message.byteColumn, message.kind == .warning)
  }

  /// In words for the author, where the compiler's speak of the program that the chapter became.
  func worded(for chapter: Chapter) -> CompilerDiagnostic {
    guard let origin else { return self }
    var diagnostic = self
    switch origin {
    case .block(let index):
      if text == "declaration is only valid at file scope" {
        diagnostic.text =
          "a \(chapter.blocks[index].mode.rawValue) block is the body of a function: an import, or another declaration "
          + "of a whole file, stands in a run block above (hide keeps it off the page)"
      } else if after {
        diagnostic.text = "the block is not complete: \(text)"
      }
    case .link:
      if text.hasPrefix("value of optional type") {
        diagnostic.text = "\(text): write ! after it"
      } else if text.contains("conform to 'BoundValue'") || line == 1 && text.contains("parameter 'Value'") {
        diagnostic.text =
          "this expression gives no number, Bool or text: pick one element, or convert it, as with Double(…)"
      } else if text.hasPrefix("expected initial value after") {
        diagnostic.text = "this expression is not complete: it gives no value"
      } else if after {
        diagnostic.text = "this expression is not complete: \(text)"
      }
    }
    return diagnostic
  }
}
