import Foundation
import Synchronization
import Testing
import WeaveBuild
import WeaveSupport

/// The preview's server where others do not behave as a browser does.
@Suite(.serialized) struct ServeLoadTests {
  /// Says when nobody holds it any more.
  private final class Held: Sendable {
    let gone: AsyncStream<Void>.Continuation
    init(_ gone: AsyncStream<Void>.Continuation) { self.gone = gone }
    deinit { gone.finish() }
  }

  private static func serving(
    patience: Duration, _ answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) async throws -> (UInt16, Task<Void, any Error>) {
    let (ports, port) = AsyncStream<UInt16>.makeStream()
    let task = Task {
      try await HTTPServer(port: 0, patience: patience).run(listening: { port.yield($0) }, answer: answer)
    }
    var iterator = ports.makeAsyncIterator()
    return (try #require(await iterator.next()), task)
  }

  @Test func whoDoesNotReadIsLetGo() async throws {
    let (gone, end) = AsyncStream<Void>.makeStream()
    let made = Mutex(0)
    let (port, task) = try await Self.serving(patience: .seconds(3)) { request in
      if request.path == "/short" { return HTTPResponse(.ok, "text/plain", .bytes(Data("here".utf8))) }
      let held = Held(end)
      let endless = AsyncStream<[UInt8]> {
        withExtendedLifetime(held) { made.withLock { $0 += 1 } }
        return [UInt8](repeating: 97, count: 1 << 16)
      }
      return HTTPResponse(.ok, "text/event-stream", .stream(endless))
    }
    let idle = try ClientSocket(port: port)
    try idle.send("GET /endless HTTP/1.1\r\n\r\n")
    // The others are served meanwhile.
    let other = try ClientSocket(port: port)
    #expect(try await other.answer(to: "GET /short HTTP/1.1\r\nConnection: close\r\n\r\n").hasSuffix("\r\n\r\nhere"))
    for await _ in gone {}
    // No more was made than the system takes for a connection.
    #expect(made.withLock { $0 } < 1000)
    task.cancel()
  }

  @Test func whoDoesNotAskIsLetGo() async throws {
    let (port, task) = try await Self.serving(patience: .seconds(3)) { _ in
      HTTPResponse(.ok, "text/plain", .bytes(Data("here".utf8)))
    }
    let silent = try ClientSocket(port: port), half = try ClientSocket(port: port), done = try ClientSocket(port: port)
    try half.send("GET / HTTP/1.1\r\n")
    try done.send("GET / HTTP/1.1\r\n\r\n")
    #expect(try await !done.receive().isEmpty)
    for socket in [silent, half, done] { #expect(try await socket.receive().isEmpty) }
    task.cancel()
  }

  /// What a reader leaves unread is replaced by what is newer.
  @Test func statesDoNotPileUp() async throws {
    let board = PreviewBoard(PreviewState(build: "0"))
    let events = board.events()
    for number in 1...10_000 { board.update { $0 = PreviewState(build: "\(number)") } }
    var seen: [String] = []
    for await event in events {
      seen.append(String(decoding: event, as: UTF8.self))
      if seen.last!.contains("\"build\":\"10000\"") { break }
    }
    #expect(seen.count < 100)
  }

  /// Processor seconds of a process.
  private static func spent(_ process: Int32) throws -> Double {
    let words = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8).split(separator: ") ").last!.split(
      separator: " ")
    return (Double(words[11])! + Double(words[12])!) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  @Test func moreConnectionsThanFilesDoNotEndIt() async throws {
    let book = try CommandFixture()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", "ulimit -n 96; exec '\(book.tool.path)' serve --port 0"]
    process.currentDirectoryURL = book.folder
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    defer { kill(process.processIdentifier, SIGKILL) }
    var said = ""
    while !said.contains("Output: ") {
      let more = pipe.fileHandleForReading.availableData
      try #require(!more.isEmpty)
      said += String(decoding: more, as: UTF8.self)
    }
    let address = try #require(said.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)\//))
    let port = try #require(UInt16(address.1))
    let first = try ClientSocket(port: port)
    try first.send("GET /.weave/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let events = EventReader(first)
    let before = try await events.next { _ in true }
    var many = try (0..<200).map { _ in try ClientSocket(port: port) }
    for socket in many { try socket.send("GET /one.html HTTP/1.1\r\n") }
    // It goes on building, and does not turn in circles.
    try book.edit("Chapters/one.md", "値は", "新しい値は")
    let after = try await events.build(after: before)
    #expect(after.errors.isEmpty)
    let begin = try Self.spent(process.processIdentifier)
    try await Task.sleep(for: .seconds(1))
    #expect(try Self.spent(process.processIdentifier) - begin < 0.5)
    many = []
    let last = try ClientSocket(port: port)
    let page = try await last.answer(to: "GET /one.html HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    #expect(page.contains("新しい値は"))
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit && process.terminationStatus == 0)
  }
}
