/// A content security policy: what a page may load and run, told to the browser by the page itself. Should something
/// get past the filters into a page, it finds no way to run there, to load anything from elsewhere, or to send anything
/// away.
package struct Policy {
  private var directives: [(name: String, sources: String)]

  /// Of a page in the output folder. By the standard a file has no origin that `'self'` could name, though browsers
  /// take it so; `file:` names it, and means nothing on a server.
  package static let page = Policy(directives: [
    ("default-src", "'none'"),
    ("script-src", "'self' file:"),
    // Formulas, figures and the running title carry `style` attributes; style sheets come from files.
    ("style-src", "'self' file: 'unsafe-inline'"), ("style-src-elem", "'self' file:"),
    ("style-src-attr", "'unsafe-inline'"),
    ("font-src", "'self' file:"),
    ("img-src", "'self' file:"),
    ("base-uri", "'none'"),
    ("form-action", "'none'"),
  ])

  /// Of a page with a live figure: its code may be compiled, which allows no script to be made of text.
  package static let livePage: Policy = {
    var policy = page
    let scripts = policy.directives.firstIndex { $0.name == "script-src" }!
    policy.directives[scripts].sources += " 'wasm-unsafe-eval'"
    return policy
  }()

  /// Of a page while `serve` shows it: its script asks the server for news and for the page's new text.
  package static let preview = page.asking
  package static let livePreview = livePage.asking

  private var asking: Policy {
    var policy = self
    policy.directives.append(("connect-src", "'self'"))
    return policy
  }

  /// Stands before all else that could load something.
  package var meta: String {
    let content = directives.map { "\($0.name) \($0.sources)" }.joined(separator: "; ")
    return "<meta http-equiv=\"Content-Security-Policy\" content=\"\(content)\">"
  }
}
