import WeaveSupport

extension Diagnostic {
  /// The diagnostic as a workflow command of GitHub Actions: shown beside the line in a pull request.
  package var annotation: String {
    func property(_ text: String) -> String {
      Self.escaped(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
    return "::\(severity.rawValue) file=\(property(file)),line=\(position.line),col=\(position.column),"
      + "title=\(property(category.rawValue))::\(Self.escaped(message))"
  }

  /// A command is one line; the percent sign goes first, or it would escape the escapes.
  private static func escaped(_ text: String) -> String {
    String(
      text.unicodeScalars.flatMap { scalar -> [Character] in
        switch scalar {
        case "%": Array("%25")
        case "\r": Array("%0D")
        case "\n": Array("%0A")
        default: [Character(scalar)]
        }
      })
  }
}
