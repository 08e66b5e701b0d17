import Foundation
import Testing
import WeaveBuild
import WeaveModel
import WeaveSupport

/// A book that is being served, and a browser's side of it on bare sockets: nothing tidies a path or a header on its
/// way.
final class ServeFixture: Sendable {
  let book: CommandFixture
  let port: UInt16
  private let serving: Task<Void, any Error>

  init(_ prepare: (CommandFixture) throws -> Void = { _ in }) async throws {
    book = try CommandFixture()
    try prepare(book)
    let (addresses, address) = AsyncStream<String>.makeStream()
    let server = PreviewServer(try Self.pipeline(book), port: 0) { event in
      if case .listening(let url) = event { address.yield(url) }
    }
    serving = Task {
      defer { address.finish() }
      try await server.run()
    }
    var iterator = addresses.makeAsyncIterator()
    let url = try #require(await iterator.next())
    port = try #require(URL(string: url)?.port.flatMap { UInt16(exactly: $0) })
  }

  deinit { serving.cancel() }

  static func pipeline(_ book: CommandFixture) throws -> Pipeline {
    Pipeline(
      Pipeline.Places(
        chapters: book.folder.appendingPathComponent("Chapters"), shownAs: "Chapters",
        output: book.folder.appendingPathComponent("Output"), kit: CommandFixture.tool.deletingLastPathComponent(),
        cache: book.folder.appendingPathComponent("cache")),
      figureStyle: "")
  }

  /// Ends the server and says how it ended.
  func stop() async -> Result<Void, any Error> {
    serving.cancel()
    return await serving.result
  }

  struct Answer {
    var status: Int
    var headers: [String: String]
    var body: String
  }

  func get(_ target: String, method: String = "GET", host: String? = "127.0.0.1", more: [String] = []) async throws
    -> Answer
  {
    let lines =
      ["\(method) \(target) HTTP/1.1"] + (host.map { ["Host: \($0)"] } ?? []) + more + ["Connection: close", "", ""]
    let socket = try ClientSocket(port: port)
    let text = try await socket.answer(to: lines.joined(separator: "\r\n"))
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].components(separatedBy: "\r\n")
    var headers: [String: String] = [:]
    for line in head.dropFirst() {
      let pair = line.split(separator: ":", maxSplits: 1)
      headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
    }
    return Answer(
      status: try #require(Int(head[0].split(separator: " ")[1])), headers: headers,
      body: parts.count > 1 ? String(parts[1]) : "")
  }

  func events() async throws -> EventReader {
    let socket = try ClientSocket(port: port)
    try socket.send("GET /.weave/events HTTP/1.1\r\nHost: localhost:\(port)\r\n\r\n")
    return EventReader(socket)
  }
}

struct PreviewEvent: Decodable {
  struct Fault: Decodable, Equatable {
    var file: String?
    var line: Int?
    var column: Int?
    var category: String
    var message: String
  }
  var build: String
  var isBuilding: Bool
  var errors: [Fault]
}

/// The states that a page is told of.
final class EventReader {
  private let socket: ClientSocket
  private var text = ""

  init(_ socket: ClientSocket) { self.socket = socket }

  /// The next state for which `isWanted` holds.
  func next(where isWanted: (PreviewEvent) -> Bool) async throws -> PreviewEvent {
    while true {
      while let end = text.range(of: "\n\n") {
        let block = text[..<end.lowerBound]
        text = String(text[end.upperBound...])
        guard let data = block.range(of: "data: ") else { continue }
        let event = try JSONDecoder().decode(PreviewEvent.self, from: Data(block[data.upperBound...].utf8))
        if isWanted(event) { return event }
      }
      let more = try await socket.receive()
      try #require(!more.isEmpty, "the server closed the stream of events")
      text += String(decoding: more, as: UTF8.self)
    }
  }

  /// The state after the build that follows `event`.
  func build(after event: PreviewEvent?) async throws -> PreviewEvent {
    try await next { !$0.isBuilding && !$0.build.hasSuffix("-0") && $0.build != event?.build }
  }
}

/// A blocking socket, waited for off the tasks' threads; nothing waits longer than five minutes.
final class ClientSocket: Sendable {
  private let descriptor: Int32

  init(port: UInt16) throws {
    #if os(Linux)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var limit = timeval(tv_sec: 300, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafeBytes(of: &address) {
      connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t($0.count))
    }
    if status != 0 { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
  }

  /// What has come; empty at the end.
  func receive() async throws -> [UInt8] {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { [self] in
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 {
          continuation.resume(throwing: POSIXError(.init(rawValue: errno) ?? .EIO))
        } else {
          continuation.resume(returning: Array(buffer[..<count]))
        }
      }
    }
  }

  func answer(to request: String) async throws -> String {
    try send(request)
    var all: [UInt8] = []
    while case let more = try await receive(), !more.isEmpty { all += more }
    return String(decoding: all, as: UTF8.self)
  }
}
