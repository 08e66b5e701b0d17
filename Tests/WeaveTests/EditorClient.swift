import Foundation
import Synchronization
import WeaveBuild

/// An editor, as far as the language server knows one: it starts the tool, sends messages and waits for answers.
final class EditorClient {
  struct Gone: Error {}

  private let process = Process()
  private let input = Pipe()
  private let received: Inbox
  private var number = 0

  /// What has come, in order; a thread fills it.
  private final class Inbox: @unchecked Sendable {
    let condition = NSCondition()
    var messages: [JSON] = []
    var isOver = false
  }

  init(_ fixture: CommandFixture) throws {
    let output = Pipe()
    process.executableURL = fixture.tool
    process.arguments = ["lsp"]
    process.currentDirectoryURL = fixture.folder
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let (inbox, descriptor) = (Inbox(), output.fileHandleForReading)
    received = inbox
    Thread {
      var reader = FrameReader()
      while true {
        let data = descriptor.availableData
        if data.isEmpty { break }
        reader.add(data)
        while let frame = reader.next() {
          guard case .message(let bytes) = frame, let message = JSON(bytes) else { continue }
          inbox.condition.lock()
          inbox.messages.append(message)
          inbox.condition.broadcast()
          inbox.condition.unlock()
        }
      }
      inbox.condition.lock()
      inbox.isOver = true
      inbox.condition.broadcast()
      inbox.condition.unlock()
    }.start()
  }

  /// Bytes as they are.
  func send(raw bytes: [UInt8]) throws { try input.fileHandleForWriting.write(contentsOf: Data(bytes)) }

  func send(_ message: JSON) throws { try send(raw: FrameReader.framed(message.bytes)) }

  func notify(_ method: String, _ params: JSON) throws {
    try send(["jsonrpc": "2.0", "method": .string(method), "params": params])
  }

  /// The answer, with its result or its error.
  func request(_ method: String, _ params: JSON = .null) throws -> JSON {
    number += 1
    let id = JSON.integer(number)
    try send(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": params])
    return try wait { $0["id"] == id }
  }

  /// The first message not taken yet for which `isWanted` holds; the ones before it stay.
  func wait(_ isWanted: (JSON) -> Bool) throws -> JSON {
    let condition = received.condition
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: 300)
    while true {
      if let index = received.messages.firstIndex(where: isWanted) { return received.messages.remove(at: index) }
      if received.isOver || !condition.wait(until: deadline) { throw Gone() }
    }
  }

  /// The diagnostics of a file from now on, as soon as they satisfy `isWanted`.
  func diagnostics(_ uri: String, _ isWanted: ([JSON]) -> Bool = { _ in true }) throws -> [JSON] {
    while true {
      let message = try wait {
        $0["method"]?.string == "textDocument/publishDiagnostics" && $0["params"]?["uri"]?.string == uri
      }
      let list = message["params"]?["diagnostics"]?.array ?? []
      if isWanted(list) { return list }
    }
  }

  /// Closes the way to the server, and gives its exit status.
  func end() -> Int32 {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    return process.terminationStatus
  }

  deinit { if process.isRunning { process.terminate() } }
}
