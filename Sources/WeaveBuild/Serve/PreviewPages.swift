import Foundation
import WeaveModel
import WeaveRender
import WeaveSupport

/// Answers a browser: pages with the reload script put in, the book's other files, and the stream of states.
struct PreviewPages: Sendable {
  let site: SiteFolder
  let board: PreviewBoard

  /// No page of the book begins with a point, so these names are free.
  private static let script = "/.weave/reload.js"
  private static let events = "/.weave/events"

  func answer(to request: HTTPRequest) -> HTTPResponse {
    // A page from elsewhere can point a name of its own at this machine; the name that was asked for gives it away.
    guard Self.isLoopback(request.headers["host"]) else {
      return .text(.forbidden, "403: weave serve answers to localhost and 127.0.0.1 only")
    }
    guard request.method != .other else {
      var response = HTTPResponse.text(.methodNotAllowed, "405: weave serve only shows the book")
      response.headers.append(("Allow", "GET, HEAD"))
      return response
    }
    if request.path == Self.script {
      let script = Resource.reload.filled(with: board.state.language.words.scripts)
      return HTTPResponse(.ok, "text/javascript; charset=utf-8", .bytes(Data(script)))
    }
    if request.path == Self.events { return HTTPResponse(.ok, "text/event-stream", .stream(board.events())) }
    // The build's name first: a page that is written meanwhile is then fetched once more, never missed.
    let state = board.state, build = state.build
    guard let file = site.file(at: request.path) else {
      return HTTPResponse(.notFound, "text/html; charset=utf-8", .bytes(Self.missing(request.path, state)))
    }
    if file.isPage { return HTTPResponse(.ok, file.type, .bytes(Self.scripted(file.bytes, build))) }
    // A file may be kept, and asked after.
    let isKnown = request.headers["if-none-match"] == file.tag
    var response = HTTPResponse(isKnown ? .notModified : .ok, file.type, isKnown ? .none : .bytes(file.bytes))
    response.headers.removeAll { $0.name == "Cache-Control" || isKnown && $0.name == "Content-Type" }
    response.headers += [("Cache-Control", "no-cache"), ("ETag", file.tag)]
    return response
  }

  // MARK: Who may ask

  /// Whether a Host header names this machine to itself, with any port or none (a tunnel has another one).
  static func isLoopback(_ host: String?) -> Bool {
    guard let host = host?.lowercased() else { return false }
    for name in ["localhost", "127.0.0.1", "[::1]"] where host.hasPrefix(name) {
      let rest = host.dropFirst(name.count)
      if rest.isEmpty
        || rest.first == ":" && (2...6).contains(rest.count)
          && rest.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber })
      {
        return true
      }
    }
    return false
  }

  // MARK: What they get

  /// The page with the script before its last `</body>`, and a policy under which that script can ask for news: only on
  /// its way to the browser, never in the folder.
  static func scripted(_ page: Data, _ build: String) -> Data {
    var page = page
    for (own, shown) in [(Policy.page, Policy.preview), (.livePage, .livePreview)] {
      guard let policy = page.range(of: Data(own.meta.utf8)) else { continue }
      page.replaceSubrange(policy, with: shown.meta.utf8)
    }
    let tag = Data("<script src=\"\(script)\" data-build=\"\(build)\"></script>\n".utf8)
    guard let end = page.range(of: Data("</body>".utf8), options: .backwards) else { return page + tag }
    return page[..<end.lowerBound] + tag + page[end.lowerBound...]
  }

  private static func missing(_ target: String, _ state: PreviewState) -> Data {
    let words = state.language.words
    let page = """
      <!doctype html>
      <html \(words.rootAttributes)>
      <head>
      <meta charset="utf-8">
      \(Policy.page.meta)
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>404</title>
      </head>
      <body style="font: 1rem/1.8 sans-serif; max-width: 40em; margin: 4rem auto; padding: 0 1rem">
      <h1>\(escaped(words.preview.missing))</h1>
      <p>\(words.preview.reason("<code>\(escaped(target))</code>"))</p>
      <p><a href="/">\(escaped(words.preview.home))</a></p>
      </body>
      </html>

      """
    return scripted(Data(page.utf8), state.build)
  }
}
