import Foundation
import Testing
import WeaveBuild
import WeaveRender
import WeaveSupport

@Suite(.serialized) struct ServeTests {
  // MARK: What is answered

  @Test func onlyTheBookIsShown() async throws {
    let served = try await ServeFixture()
    _ = try await served.events().build(after: nil)
    let manager = FileManager.default
    let output = served.book.folder.appendingPathComponent("Output")
    try served.book.write("SECRET", "secret.txt")
    try served.book.write("SECRET", "Output/.hidden.html")
    try manager.createSymbolicLink(atPath: output.path + "/link.html", withDestinationPath: "../secret.txt")
    try manager.createSymbolicLink(atPath: output.path + "/up", withDestinationPath: "..")
    // A folder whose name begins like the book's.
    try manager.createDirectory(atPath: output.path + "-other", withIntermediateDirectories: true)
    try served.book.write("SECRET", "Output-other/page.html")
    try manager.createSymbolicLink(atPath: output.path + "/beside", withDestinationPath: "../Output-other")

    for target in [
      "/../secret.txt", "/%2e%2e/secret.txt", "/.%2e/secret.txt", "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt",
      "/..%5csecret.txt",
      "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/..//secret.txt", "//../secret.txt",
      "/./../secret.txt",
      "/link.html", "/up/secret.txt", "/beside/page.html", "/.hidden.html", "/%2ehidden.html", "/one.html%00",
      "/one.html%",
      "/assets", "/assets/", "/one.html/", "//one.html", "\(served.book.folder.path)/secret.txt", "../secret.txt",
      "http://127.0.0.1/one.html", "/nothing.html", "/.weave/", "/.weave/../one.html",
    ] {
      let answer = try await served.get(target)
      #expect(answer.status == 404, "\(target)")
      #expect(!answer.body.contains("SECRET"), "\(target)")
    }
    let missing = try await served.get("/%3Cscript%3Ealert(1)%3C/script%3E\"<b>")
    #expect(missing.status == 404)
    #expect(!missing.body.contains("<b>"))
    #expect(missing.body.contains("このページはない"))
    _ = await served.stop()
  }

  @Test func onlyThisMachineIsAnswered() async throws {
    let served = try await ServeFixture()
    _ = try await served.events().build(after: nil)
    for host in [
      "127.0.0.1", "localhost", "LOCALHOST:\(served.port)", "127.0.0.1:\(served.port)", "localhost:9000", "[::1]:80",
    ] {
      #expect(try await served.get("/one.html", host: host).status == 200, "\(host)")
    }
    for host in [
      "evil.example", "evil.example:\(served.port)", "localhost.evil.example", "127.0.0.1.evil.example",
      "localhost:80.evil.example",
      "localhost:", "localhost:123456", "192.168.0.1", "0.0.0.0", "", nil,
    ] {
      for target in ["/", "/one.html", "/.weave/events", "/.weave/reload.js"] {
        let answer = try await served.get(target, host: host)
        #expect(answer.status == 403, "\(host ?? "none") \(target)")
        #expect(!answer.body.contains("<html"))
      }
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
      let answer = try await served.get("/one.html", method: method)
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == "GET, HEAD")
    }
    _ = await served.stop()
  }

  @Test func filesComeAsWhatTheyAre() async throws {
    let served = try await ServeFixture()
    _ = try await served.events().build(after: nil)
    for (target, type) in [
      ("/", "text/html; charset=utf-8"), ("/one.html", "text/html; charset=utf-8"),
      ("/one.swift", "text/plain; charset=utf-8"),
      ("/assets/style.css", "text/css; charset=utf-8"), ("/assets/script.js", "text/javascript; charset=utf-8"),
      ("/assets/icon.svg", "image/svg+xml; charset=utf-8"), ("/versions.json", "application/json; charset=utf-8"),
      ("/manifest.txt", "text/plain; charset=utf-8"), ("/assets/katex/fonts/KaTeX_Main-Regular.woff2", "font/woff2"),
    ] {
      let answer = try await served.get(target)
      #expect(answer.status == 200, "\(target)")
      #expect(answer.headers["content-type"] == type, "\(target)")
      let head = try await served.get(target, method: "HEAD")
      #expect(head.body.isEmpty)
      #expect(head.headers["content-length"] == answer.headers["content-length"])
    }
    let style = try await served.get("/assets/style.css?version=1")
    #expect(style.status == 200)
    let tag = try #require(style.headers["etag"])
    #expect(try await served.get("/assets/style.css", more: ["If-None-Match: \(tag)"]).status == 304)
    try served.book.write("/* other */", "Output/assets/style.css")
    #expect(try await served.get("/assets/style.css", more: ["If-None-Match: \(tag)"]).body == "/* other */")
    _ = await served.stop()
  }

  @Test func theScriptIsInThePageAndNotInTheBook() async throws {
    let served = try await ServeFixture()
    let state = try await served.events().build(after: nil)
    let page = try await served.get("/one.html").body
    let tag = "<script src=\"/.weave/reload.js\" data-build=\"\(state.build)\"></script>\n"
    #expect(page.count(of: tag) == 1)
    #expect(page.contains(tag + "</body>"))
    // Without the script and what it is allowed the page is the book's, byte for byte; and it is what build alone
    // writes.
    let news = "; connect-src 'self'"
    #expect(page.count(of: news) == 1)
    #expect(page.replacing(tag, with: "").replacing(news, with: "") == (try served.book.read("Output/one.html")))
    _ = await served.stop()
    for name in try FileManager.default.subpathsOfDirectory(atPath: served.book.folder.path + "/Output")
    where name.hasSuffix(".html") {
      #expect(try !served.book.read("Output/\(name)").contains(".weave"))
    }
    #expect(try await served.bookIsAsBuilt())
  }

  @Test func thePreviewSpeaksTheBooksLanguage() async throws {
    let served = try await ServeFixture { try $0.edit("Chapters/book.yml", "title:", "language: en\ntitle:") }
    let events = try await served.events()
    let first = try await events.build(after: nil)
    #expect(first.errors.isEmpty)
    #expect(try await served.get("/nothing.html").body.contains("<h1>There is no such page</h1>"))
    #expect(try await served.get("/.weave/reload.js").body.contains("textContent = \"Close\""))
    try served.book.edit("Chapters/book.yml", "language: en", "language: ja")
    _ = try await events.build(after: first)
    #expect(try await served.get("/nothing.html").body.contains("<h1>このページはない</h1>"))
    #expect(try await served.get("/.weave/reload.js").body.contains("textContent = \"閉じる\""))
    #expect(try served.book.read("Output/one.html").contains("<html lang=\"ja\""))
    _ = await served.stop()
  }

  // MARK: What happens after an edit

  @Test func anEditReachesThePage() async throws {
    let served = try await ServeFixture()
    let events = try await served.events()
    let first = try await events.build(after: nil)
    #expect(first.errors.isEmpty)
    try served.book.edit("Chapters/one.md", "値は", "新しい値は")
    let second = try await events.build(after: first)
    #expect(try await served.get("/one.html").body.contains("新しい値は"))
    // A page that asks later is told where things stand.
    #expect(try await served.events().next { _ in true }.build == second.build)

    // Written in place, as some editors do.
    let handle = try FileHandle(forWritingTo: served.book.folder.appendingPathComponent("Chapters/two.md"))
    try handle.write(contentsOf: Data(CommandFixture.two.replacing("ここでは", with: "そこでは").utf8))
    try handle.close()
    _ = try await events.build(after: second)
    #expect(try await served.get("/two.html").body.contains("そこでは"))
    _ = await served.stop()
  }

  @Test func anErrorIsToldUntilItIsMended() async throws {
    let served = try await ServeFixture()
    let events = try await served.events()
    let good = try await events.build(after: nil)
    try served.book.edit("Chapters/one.md", "[0.667]", "[0.668]")
    let bad = try await events.build(after: good)
    #expect(
      bad.errors == [
        PreviewEvent.Fault(
          file: "Chapters/one.md", line: 15, column: 4, category: "number",
          message: "printed 0.668, computed 0.6666666666666666 (x): write 0.667 or run 'weave promote'")
      ])
    // The page stays the one that held.
    #expect(try await served.get("/one.html").body.contains("0.667"))
    try served.book.edit("Chapters/one.md", "[0.668]", "[0.67]")
    let mended = try await events.build(after: bad)
    #expect(mended.errors.isEmpty)
    #expect(try await served.get("/one.html").body.contains(">0.67<"))

    // What stops the build as a whole is told as well, and does not stop the server.
    let chapters = served.book.folder.appendingPathComponent("Chapters"),
      away = served.book.folder.appendingPathComponent("away")
    try FileManager.default.moveItem(at: chapters, to: away)
    let gone = try await events.build(after: mended)
    #expect(gone.errors.map(\.category) == ["environment"])
    try FileManager.default.moveItem(at: away, to: chapters)
    #expect(try await events.build(after: gone).errors.isEmpty)
    _ = await served.stop()
  }

  @Test func anEditDuringABuildIsNotLost() async throws {
    let served = try await ServeFixture()
    let events = try await served.events()
    let first = try await events.build(after: nil)
    try served.book.edit(
      "Chapters/one.md", "let x = 2.0 / 3", "import Foundation\nThread.sleep(forTimeInterval: 1)\nlet x = 2.0 / 3")
    _ = try await events.next { $0.isBuilding && $0.build == first.build }
    try served.book.edit("Chapters/two.md", "ここでは", "そこでは")
    let last = try await events.next { _ in (try? served.book.read("Output/two.html").contains("そこでは")) == true }
    #expect(last.build != first.build)
    #expect(try served.book.read("Output/one.html").contains("Thread"))
    _ = await served.stop()
  }

  // MARK: Beginning and end

  @Test func aBusyPortSaysWhatToDo() async throws {
    let served = try await ServeFixture()
    let second = PreviewServer(try ServeFixture.pipeline(served.book), port: served.port) { _ in }
    let error = await #expect(throws: EnvironmentError.self) { try await second.run() }
    #expect(
      error?.description
        == "port \(served.port) is in use: end what uses it, name another with --port N, or take any with --port 0")
    let ended = await served.stop()
    #expect(throws: CancellationError.self) { try ended.get() }
    // The port is free again.
    #expect(throws: POSIXError.self) { try ClientSocket(port: served.port) }
  }

  @Test func anInterruptEndsTheCommand() async throws {
    let book = try CommandFixture()
    let process = Process()
    process.executableURL = CommandFixture.tool
    process.arguments = ["serve", "--port", "0"]
    process.currentDirectoryURL = book.folder
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    var said = ""
    while !said.contains("Output: ") {
      let more = pipe.fileHandleForReading.availableData
      try #require(!more.isEmpty)
      said += String(decoding: more, as: UTF8.self)
    }
    let port = try #require(said.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\//)).1
    // An open page does not keep it from ending.
    let socket = try ClientSocket(port: #require(UInt16(port)))
    try socket.send("GET /.weave/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try await !socket.receive().isEmpty)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
  }
}

extension ServeFixture {
  /// Whether `Output/` is what `weave check` takes for a fresh build's.
  fileprivate func bookIsAsBuilt() async throws -> Bool {
    let outcome = try await Self.pipeline(book).weave(rendering: true)
    let output = OutputFolder(path: book.folder.appendingPathComponent("Output").path)
    return output.differences(from: outcome.files, tools: try #require(outcome.tools)).isEmpty
  }
}
