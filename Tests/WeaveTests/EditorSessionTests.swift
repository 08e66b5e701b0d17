import Foundation
import Testing
import WeaveBuild

/// Sessions of an editor with `weave lsp`, replayed.
struct EditorSessionTests {
  /// Beside the tests' own threads, for it waits for most of its time.
  private func beside(_ work: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread { continuation.resume(with: Result { try work() }) }.start()
    }
  }

  @Test func anAuthorsSession() async throws {
    if !CaseFolder.bubblewrapWorks { try Test.cancel("no program runs here: bwrap is missing") }
    try await beside {
      let fixture = try CommandFixture()
      var session = try Session(fixture)
      try session.begin()
      try session.readChapter()
      try session.typeNumbers()
      try session.complete()
      try session.visitTheOtherFiles()
      try session.changeCode()
      try session.sendRubbish()
      try session.finish()
      #expect(session.steps >= 50)
    }
  }
}

/// One editor with one chapter open, and the text as it has it.
private struct Session {
  let client: EditorClient
  let fixture: CommandFixture
  let one: String
  var text = EditedText(CommandFixture.one)
  var version = 1
  private(set) var steps = 0

  init(_ fixture: CommandFixture) throws {
    self.fixture = fixture
    client = try EditorClient(fixture)
    one = Self.uri(fixture, "one.md")
  }

  private static func uri(_ fixture: CommandFixture, _ file: String) -> String {
    fixture.folder.appendingPathComponent("Chapters/\(file)").absoluteString
  }

  // MARK: Steps

  mutating func request(_ method: String, _ params: JSON = .null) throws -> JSON {
    steps += 1
    return try client.request(method, params)
  }

  mutating func notify(_ method: String, _ params: JSON) throws {
    steps += 1
    try client.notify(method, params)
  }

  /// The place of `words` in the text, and within them of `mark`.
  func place(of words: String, _ shift: Int = 0) throws -> JSON {
    let offset = try #require(text.text.range(of: words)).lowerBound
    let place = text.place(of: text.text.utf8.distance(from: text.text.startIndex, to: offset) + shift)
    return ["line": .integer(place.line), "character": .integer(place.character)]
  }

  func range(of words: String) throws -> JSON {
    ["start": try place(of: words), "end": try place(of: words, words.utf8.count)]
  }

  mutating func ask(_ method: String, at words: String, _ shift: Int = 0) throws -> JSON {
    try request(
      "textDocument/\(method)", ["textDocument": ["uri": .string(one)], "position": try place(of: words, shift)])
  }

  mutating func ask(_ method: String, over words: String) throws -> [JSON] {
    let params: JSON = [
      "textDocument": ["uri": .string(one)], "range": try range(of: words), "context": ["diagnostics": []],
    ]
    return try #require(try request("textDocument/\(method)", params)["result"]?.array)
  }

  /// Types `new` in place of `old`, as an editor tells it.
  mutating func type(_ new: String, for old: String) throws {
    version += 1
    let range = try range(of: old)
    let document: JSON = ["uri": .string(one), "version": .integer(version)]
    try notify(
      "textDocument/didChange", ["textDocument": document, "contentChanges": [["range": range, "text": .string(new)]]])
    let found = try #require(text.text.range(of: old))
    text = EditedText(text.text.replacingCharacters(in: found, with: new))
  }

  func code(_ answer: JSON) -> Int? { answer["error"]?["code"]?.int }

  func open(_ file: String, _ text: String) -> JSON {
    [
      "textDocument": [
        "uri": .string(Self.uri(fixture, file)), "languageId": "markdown", "version": 1, "text": .string(text),
      ]
    ]
  }

  // MARK: Chapters of the session

  mutating func begin() throws {
    #expect(code(try request("textDocument/hover")) == -32002)
    try notify("textDocument/didOpen", open("one.md", "dropped"))
    let capabilities = try request("initialize", ["capabilities": [:], "rootUri": .null])["result"]?["capabilities"]
    #expect(capabilities?["positionEncoding"] == "utf-16")
    try notify("initialized", [:])
    #expect(code(try request("initialize")) == -32600)
    #expect(code(try request("textDocument/nothing")) == -32601)
    try notify("$/nothing", [:])
    #expect(
      try request(
        "textDocument/hover", ["textDocument": ["uri": .string(one)], "position": ["line": 0, "character": 0]])[
          "result"] == .null)
    #expect(code(try request("textDocument/hover", ["position": ["line": 0, "character": 0]])) == -32602)
  }

  mutating func readChapter() throws {
    try notify("textDocument/didOpen", open("one.md", text.text))
    // Once it has been run the value of a number is known.
    _ = try client.diagnostics(one)
    var hover = try ask("hover", at: "[0.667]", 2)
    while hover["result"]?["contents"]?["value"]?.string?.contains("not run yet") == true {
      _ = try client.diagnostics(one)
      hover = try ask("hover", at: "[0.667]", 2)
    }
    #expect(hover["result"]?["contents"]?["value"]?.string?.contains("= 0.6666666666666666") == true)
    #expect(try hover["result"]?["range"] == range(of: "[0.667](#=x)"))
    #expect(try ask("hover", at: "充分に", 3)["result"]?["contents"]?["value"]?.string?.contains("= true") == true)
    #expect(try ask("hover", at: "値は")["result"] == .null)
    let definition = try ask("definition", at: "[0.667]", 2)["result"]
    #expect(try definition?["range"] == range(of: "x = 2.0").start(1, text))
    let uses = try ask("definition", at: "x = 2.0")["result"]?.array
    #expect(uses?.count == 2, "two numbers show x")
    #expect(try uses?.first?["range"] == range(of: "0.667"))
    #expect(try ask("references", at: "isSmall =")["result"]?.array?.count == 2)
    #expect(code(try ask("definition", at: "値は")) == nil)
    let symbols = try request("textDocument/documentSymbol", ["textDocument": ["uri": .string(one)]])["result"]?.array
    #expect(symbols?.first?["name"] == "#two-thirds")
    #expect(try ask("inlayHint", over: text.text.split(separator: "\n").last.map(String.init)!).isEmpty)
  }

  mutating func typeNumbers() throws {
    // Two units of UTF-16, and four bytes, before it on its line.
    try type("😀値は[0.668](#=x)", for: "値は[0.667](#=x)")
    let found = try client.diagnostics(one) { !$0.isEmpty }
    #expect(found.count == 1)
    #expect(try found[0]["range"] == range(of: "0.668"))
    #expect(found[0]["severity"] == 1 && found[0]["code"] == "number" && found[0]["source"] == "weave")
    let actions = try ask("codeAction", over: "0.668")
    #expect(actions.first?["title"] == "Write 0.667")
    let edit = actions.first?["edit"]?["changes"]?[one]?.array?.first
    #expect(try edit?["range"] == range(of: "0.668"))
    #expect(edit?["newText"] == "0.667")
    let hints = try ask("inlayHint", over: "0.668")
    #expect(hints.count == 1 && hints[0]["label"] == "= 0.667")
    try type("[0.667]", for: "[0.668]")
    #expect(try client.diagnostics(one).isEmpty)
    #expect(try ask("inlayHint", over: "0.667").isEmpty)

    try type("質量は3.7 kgである。割合では", for: "割合では")
    let audit = try client.diagnostics(one) { !$0.isEmpty }
    #expect(try audit.first?["range"] == range(of: "3.7"))
    #expect(audit.first?["severity"] == 2)
    let bind = try ask("codeAction", over: "3.7").compactMap {
      $0["edit"]?["changes"]?[one]?.array?.first?["newText"]?.string
    }
    #expect(bind == ["[3.7](#=EXPR)", "[3.7](#@KEY \"where\")", "[3.7](#! \"reason\")"])
    try type("割合では", for: "質量は3.7 kgである。割合では")
    #expect(try client.diagnostics(one).isEmpty)
    try type("**太字は", for: "割合では")
    #expect(try client.diagnostics(one) { !$0.isEmpty }.contains { $0["code"] == "markdown" })
    try type("割合では", for: "**太字は")
    #expect(try client.diagnostics(one).isEmpty)
  }

  /// The labels offered after `typed`, which stands alone on the last line.
  private mutating func offered(after typed: String) throws -> [String] {
    let last = "割合では"
    try type("\n\n\(typed)\n\n\(last)", for: last)
    let answer = try ask("completion", at: "\n\n\(typed)\n\n\(last)", typed.utf8.count + 2)
    try type(last, for: "\n\n\(typed)\n\n\(last)")
    return try #require(answer["result"]?.array).compactMap { $0["label"]?.string }
  }

  mutating func complete() throws {
    #expect(try offered(after: "[1](#@") == ["someone"])
    #expect(try offered(after: "[1](#").contains("two-thirds"))
    #expect(try offered(after: "[1](#=").contains("isSmall"))
    #expect(try offered(after: "[章](").prefix(2) == ["one.md", "two.md"])
    #expect(try offered(after: "```swift ").starts(with: ["run", "compile", "fail", "trap", "show"]))
    #expect(try offered(after: "```swift run ").contains("fold"))
    #expect(try offered(after: "```") == ["swift", "output", "math", "dot"])
    #expect(try offered(after: "ただの文").isEmpty)
  }

  mutating func visitTheOtherFiles() throws {
    let two = Self.uri(fixture, "two.md"), references = Self.uri(fixture, "references.json")
    let list = Self.uri(fixture, "book.yml")
    try notify("textDocument/didOpen", open("two.md", CommandFixture.two))
    let other = EditedText(CommandFixture.two)
    let offset = other.text.utf8.distance(
      from: other.text.startIndex, to: try #require(other.text.range(of: "28.4")).lowerBound)
    let place = other.place(of: offset)
    let at: JSON = [
      "textDocument": ["uri": .string(two)],
      "position": ["line": .integer(place.line), "character": .integer(place.character)],
    ]
    #expect(try request("textDocument/hover", at)["result"]?["contents"]?["value"]?.string?.hasPrefix("A Book") == true)
    #expect(try request("textDocument/definition", at)["result"]?["uri"]?.string == references)
    // Broken references are told in their own file, and mended there.
    try notify("textDocument/didOpen", open("references.json", "[{"))
    #expect(try !client.diagnostics(references).isEmpty)
    let whole = try fixture.read("Chapters/references.json")
    let document: JSON = ["uri": .string(references), "version": 2]
    try notify("textDocument/didChange", ["textDocument": document, "contentChanges": [["text": .string(whole)]]])
    #expect(try client.diagnostics(references).isEmpty)
    try notify("textDocument/didOpen", open("book.yml", "title: 本\nchapters: [one, two]\ncolour: red\n"))
    let wrong = try client.diagnostics(list) { !$0.isEmpty }
    #expect(wrong.first?["range"]?["start"] == ["line": 2, "character": 0])
    for uri in [list, references, two] {
      try notify("textDocument/didClose", ["textDocument": ["uri": .string(uri)]])
      #expect(try client.diagnostics(uri).isEmpty)
    }
  }

  /// What the editor saves is compiled and run.
  mutating func changeCode() throws {
    try type("let x = 3.0 / 4", for: "let x = 2.0 / 3")
    try fixture.write(text.text, "Chapters/one.md")
    try notify("textDocument/didSave", ["textDocument": ["uri": .string(one)]])
    let found = try client.diagnostics(one) { list in list.contains { $0["code"] == "number" } }
    #expect(found.count { $0["code"] == "number" } == 2 && found.contains { $0["code"] == "output" })
    #expect(try ask("codeAction", over: "0.6666666666666666").first?["title"] == "Write what the block printed")
    try type("let x = 2.0 / 3", for: "let x = 3.0 / 4")
    #expect(try client.diagnostics(one) { $0.isEmpty }.isEmpty)
  }

  /// Messages that are none, and requests that are taken back.
  mutating func sendRubbish() throws {
    try client.send(raw: FrameReader.framed(Array("{".utf8)))
    #expect(code(try client.wait { $0["id"] == .null }) == -32700)
    try client.send(raw: FrameReader.framed(Array("[]".utf8)))
    #expect(code(try client.wait { $0["id"] == .null }) == -32600)
    try client.send(raw: Array("Content-Length: many\r\n\r\n".utf8))
    #expect(code(try client.wait { $0["id"] == .null }) == -32700)
    steps += 3
    var draws = Draws(state: 11)
    let methods = [
      "hover", "completion", "definition", "references", "documentSymbol", "inlayHint", "codeAction", "didChange",
    ]
    for number in 0..<100 {
      let values: [JSON] = [.null, [], [:], "x", -1, true, .integer(.max), ["line": -1, "character": .integer(.max)]]
      let document: JSON = ["uri": .string(one), "version": 9]
      let params: JSON = [
        "textDocument": Bool.random(using: &draws) ? document : values.randomElement(using: &draws)!,
        "position": values.randomElement(using: &draws)!, "range": values.randomElement(using: &draws)!,
        "contentChanges": values.randomElement(using: &draws)!,
      ]
      let method = methods.randomElement(using: &draws)!
      let isNotice = method == "didChange"
      try client.send([
        "jsonrpc": "2.0", "id": .string("\(isNotice ? "n" : "r")\(number)"),
        "method": .string("textDocument/\(method)"), "params": params,
      ])
      if number % 3 == 0 { try client.notify("$/cancelRequest", ["id": .string("r\(number)")]) }
      _ = try client.wait { $0["id"]?.string == "\(isNotice ? "n" : "r")\(number)" }
    }
    #expect(try ask("hover", at: "[0.667]", 2)["result"]?["contents"]?["value"] != nil, "it still answers")
  }

  mutating func finish() throws {
    #expect(try request("shutdown")["result"] == .null)
    #expect(code(try request("textDocument/hover")) == -32600)
    try notify("exit", .null)
    #expect(client.end() == 0)
  }
}

extension JSON {
  /// A range that begins where this one does, and is `count` units long.
  fileprivate func start(_ count: Int, _ text: EditedText) -> JSON? {
    guard let start = self["start"], let line = start["line"]?.int, let character = start["character"]?.int else {
      return nil
    }
    return ["start": start, "end": ["line": .integer(line), "character": .integer(character + count)]]
  }
}
