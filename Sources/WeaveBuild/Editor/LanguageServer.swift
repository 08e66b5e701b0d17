import Foundation
import Synchronization
import WeaveModel
import WeaveSupport

/// Speaks the Language Server Protocol (3.17) of the books whose files an editor opens.
package actor LanguageServer {
  /// What goes to the editor, one message at a time.
  package typealias Send = @Sendable (JSON) -> Void

  /// What an error is called in a response.
  enum Fault: Error {
    case parse(String), invalidRequest(String), unknownMethod(String), invalidParameters(String), notInitialized
    case cancelled

    var json: JSON {
      let (code, message): (Int, String) =
        switch self {
        case .parse(let text): (-32700, text)
        case .invalidRequest(let text): (-32600, text)
        case .unknownMethod(let name): (-32601, "there is no method '\(name)'")
        case .invalidParameters(let text): (-32602, text)
        case .notInitialized: (-32002, "the first request must be 'initialize'")
        case .cancelled: (-32800, "the request was cancelled")
        }
      return ["code": .integer(code), "message": .string(message)]
    }
  }

  private enum Phase { case fresh, initialized, shutDown }

  private let makePipeline: @Sendable (_ folder: String) -> Pipeline
  private let send: Send
  private let isCancelled: @Sendable (JSON) -> Bool
  private var phase = Phase.fresh
  /// By the chapters' folder.
  var books: [String: EditedBook] = [:]
  /// By path: what is open, as the editor calls it, and its version.
  private(set) var open: [String: (uri: String, version: JSON, text: EditedText)] = [:]
  /// Paths whose diagnostics may be others by now.
  private var dirty: Set<String> = []
  private var running: Set<String> = []

  /// - Parameter isCancelled: whether the editor has taken a request back meanwhile.
  package init(
    _ makePipeline: @escaping @Sendable (_ folder: String) -> Pipeline, send: @escaping Send,
    isCancelled: @escaping @Sendable (JSON) -> Bool = { _ in false }
  ) {
    (self.makePipeline, self.send, self.isCancelled) = (makePipeline, send, isCancelled)
  }

  // MARK: Messages

  /// Answers a message; gives the exit status where it was the last one.
  package func receive(_ bytes: [UInt8]) -> Int32? {
    guard let message = JSON(bytes) else {
      refuse(.null, .parse("a message is not JSON"))
      return nil
    }
    guard case .object(let members) = message, members["jsonrpc"]?.string == "2.0" else {
      refuse(.null, .invalidRequest("a message is an object with \"jsonrpc\": \"2.0\""))
      return nil
    }
    let id = members["id"]
    guard let method = members["method"]?.string else {
      // A response: the server asks for nothing.
      if members["method"] != nil || members["result"] == nil && members["error"] == nil {
        refuse(id ?? .null, .invalidRequest("a message has a method that is a string"))
      }
      return nil
    }
    guard let id else { return notice(method, members["params"] ?? .null) }
    switch id {
    case .integer, .string: break
    default:
      refuse(.null, .invalidRequest("a request's id is a number or a string"))
      return nil
    }
    do throws(Fault) {
      if isCancelled(id) { throw .cancelled }
      respond(id, try answer(method, members["params"] ?? .null))
    } catch {
      refuse(id, error)
    }
    return nil
  }

  /// Tells what is wrong with the bytes around a message.
  package func receive(fault: String) { refuse(.null, .parse(fault)) }

  private func respond(_ id: JSON, _ result: JSON) { send(["jsonrpc": "2.0", "id": id, "result": result]) }
  private func refuse(_ id: JSON, _ fault: Fault) { send(["jsonrpc": "2.0", "id": id, "error": fault.json]) }
  private func notify(_ method: String, _ params: JSON) {
    send(["jsonrpc": "2.0", "method": .string(method), "params": params])
  }

  private func answer(_ method: String, _ params: JSON) throws(Fault) -> JSON {
    switch (phase, method) {
    case (.fresh, "initialize"):
      phase = .initialized
      return Self.capabilities
    case (.fresh, _): throw .notInitialized
    case (_, "initialize"): throw .invalidRequest("'initialize' has been answered already")
    case (.shutDown, _): throw .invalidRequest("after 'shutdown' only 'exit' may follow")
    case (.initialized, "shutdown"):
      phase = .shutDown
      return .null
    case (.initialized, _): return try answerDocument(method, params)
    }
  }

  private static let capabilities: JSON = [
    "capabilities": [
      "positionEncoding": "utf-16",
      "textDocumentSync": ["openClose": true, "change": 2, "save": ["includeText": false]],
      "hoverProvider": true,
      "completionProvider": ["triggerCharacters": ["#", "@", "(", "`", "=", " ", "!"]],
      "definitionProvider": true,
      "referencesProvider": true,
      "documentSymbolProvider": true,
      "inlayHintProvider": true,
      "codeActionProvider": ["codeActionKinds": ["quickfix"]],
    ],
    "serverInfo": ["name": "weave"],
  ]

  // MARK: Notices

  private func notice(_ method: String, _ params: JSON) -> Int32? {
    if method == "exit" { return phase == .shutDown ? 0 : 1 }
    // Before its time a notice is dropped.
    guard phase == .initialized else { return nil }
    let document = params["textDocument"]
    let uri = document?["uri"]?.string ?? ""
    let path = URL(string: uri).flatMap { $0.isFileURL ? $0.standardizedFileURL.path : nil }
    switch method {
    case "textDocument/didOpen":
      guard let path, let text = document?["text"]?.string else { break }
      open[path] = (uri, document?["version"] ?? .null, EditedText(text))
      update(path)
      run(path)
    case "textDocument/didChange":
      guard let path, open[path] != nil, let changes = params["contentChanges"]?.array else { break }
      for change in changes { apply(change, to: path) }
      open[path]!.version = document?["version"] ?? .null
      update(path)
    case "textDocument/didSave":
      guard let path, open[path] != nil else { break }
      books[Self.folder(of: path)]?.reload()
      dirty.formUnion(open.keys.filter { Self.folder(of: $0) == Self.folder(of: path) })
      if Self.name(of: path) == "book.yml", books[Self.folder(of: path)] != nil { prepare(Self.folder(of: path)) }
      run(path)
    case "textDocument/didClose":
      guard let path, open.removeValue(forKey: path) != nil else { break }
      books[Self.folder(of: path)]?.edit(Self.name(of: path), nil)
      dirty.remove(path)
      notify("textDocument/publishDiagnostics", ["uri": .string(uri), "diagnostics": []])
    case "workspace/didChangeWatchedFiles":
      for folder in books.keys { books[folder]!.reload() }
      dirty.formUnion(open.keys)
    default: break
    }
    return nil
  }

  static func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }
  static func name(of path: String) -> String {
    (path as NSString).lastPathComponent.precomposedStringWithCanonicalMapping
  }

  private func apply(_ change: JSON, to path: String) {
    guard let text = change["text"]?.string else { return }
    if let range = change["range"], let start = Self.place(range["start"]), let end = Self.place(range["end"]) {
      open[path]!.text.replace(min(start, end)..<max(start, end), with: text)
    } else if change["range"] == nil {
      open[path]!.text = EditedText(text)
    }
  }

  static func place(_ json: JSON?) -> EditedText.Place? {
    guard let line = json?["line"]?.int, let character = json?["character"]?.int, line >= 0, character >= 0 else {
      return nil
    }
    return EditedText.Place(line: line, character: character)
  }

  // MARK: The book

  /// Lets the file's book know of its text; finds the book where this is its first file.
  private func update(_ path: String) {
    let folder = Self.folder(of: path), name = Self.name(of: path)
    guard name.hasSuffix(".md") || ["book.yml", "references.json"].contains(name) else { return }
    let text = open[path]!.text.text
    if books[folder] != nil {
      books[folder]!.edit(name, text)
    } else if FileManager.default.fileExists(atPath: "\(folder)/book.yml") || name == "book.yml" {
      guard let book = try? EditedBook(folder: folder, pipeline: makePipeline(folder), texts: [name: text]) else {
        return
      }
      books[folder] = book
      prepare(folder)
    } else {
      return
    }
    dirty.formUnion(open.keys.filter { Self.folder(of: $0) == folder })
  }

  /// Finds the compiler and the chapters' libraries, beside what else is done.
  private func prepare(_ folder: String) {
    let pipeline = books[folder]!.pipeline, book = books[folder]!.reader.book
    Task {
      do {
        let executor = try await pipeline.executor(of: book)
        books[folder]?.take(executor)
        dirty.formUnion(open.keys.filter { Self.folder(of: $0) == folder })
        publish()
        for path in open.keys where Self.folder(of: path) == folder { run(path) }
      } catch {
        notify(
          "window/showMessage",
          ["type": 2, "message": .string("weave: values are not known here, and what they are held against: \(error)")])
      }
    }
  }

  /// Compiles and runs a chapter of which nothing is known, as it stands on the disk and in the editor alike.
  private func run(_ path: String) {
    let folder = Self.folder(of: path), name = String(Self.name(of: path).dropLast(3))
    guard path.hasSuffix(".md"), let book = books[folder], let executor = book.executor, !book.isKnown(name),
      let chapter = book.chapter(name), running.insert(path).inserted
    else { return }
    Task {
      let executions = try? await executor.execute([chapter], busy: Latch(1))
      running.remove(path)
      guard let execution = executions?.first else { return }
      await execution.tidying?.value
      books[folder]?.take(execution, of: name, set: [])
      dirty.insert(path)
      publish()
    }
  }

  // MARK: Diagnostics

  /// Sends what has changed: called when no message waits.
  package func publish() {
    for path in dirty.sorted() {
      guard let document = open[path], let book = books[Self.folder(of: path)] else { continue }
      let (text, source, findings) = book.findings(in: Self.name(of: path))
      // The book reads a text as it is saved: what it cannot read at all it has only one word for.
      let list = findings.map { Self.json($0, text, source) }
      var params: [String: JSON] = ["uri": .string(document.uri), "diagnostics": .array(list)]
      if case .integer = document.version { params["version"] = document.version }
      notify("textDocument/publishDiagnostics", .object(params))
    }
    dirty = []
  }

  static func json(_ diagnostic: Diagnostic, _ text: EditedText, _ source: Source) -> JSON {
    [
      "range": text.json(diagnostic.bytes(in: source)),
      "severity": .integer(diagnostic.severity == .error ? 1 : 2),
      "code": .string(diagnostic.category.rawValue),
      "source": "weave",
      "message": .string(diagnostic.message),
    ]
  }
}

extension Diagnostic {
  /// Where it stands in the file's bytes: up to its own end, or to the line's.
  func bytes(in source: Source) -> Range<Int> {
    let start = source.offset(of: position)
    if let end { return start..<max(start, source.offset(of: end)) }
    return start..<max(start, source.lineEnd(source.line(at: start)))
  }
}

extension Source {
  /// The byte at a place.
  package func offset(of position: Position) -> Int {
    let start = lineStart(position.line), end = position.line <= lineStarts.count ? lineEnd(position.line) : start
    var offset = start
    for character in String(decoding: bytes[start..<max(start, end)], as: UTF8.self).prefix(max(0, position.column - 1))
    {
      offset += character.utf8.count
    }
    return offset
  }
}

extension EditedText {
  func json(_ range: Range<Int>) -> JSON {
    ["start": place(of: range.lowerBound).json, "end": place(of: range.upperBound).json]
  }
}

extension EditedText.Place {
  var json: JSON { ["line": .integer(line), "character": .integer(character)] }
}
