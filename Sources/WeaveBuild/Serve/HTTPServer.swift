import FlyingSocks
import Foundation
import WeaveSupport

/// HTTP/1.1 on this machine's loopback, as far as a browser needs it to read a folder: one request after the other on
/// each connection, bodies refused.
///
/// Over sockets alone: a server with a client beside it links URLSession's forty libraries, which every start of the
/// tool would load.
package struct HTTPServer: Sendable {
  /// 0 for any that is free.
  package let port: UInt16
  /// How long a connection may do nothing while it is waited for: who neither asks nor reads is let go.
  package let patience: Duration

  package init(port: UInt16, patience: Duration = .seconds(30)) {
    self.port = port
    self.patience = patience
  }

  /// Answers until the task is cancelled; `listening` is told the port.
  package func run(
    listening: @Sendable (UInt16) -> Void, answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
  ) async throws {
    let pool = Self.pool()
    try await pool.prepare()
    let socket = try Socket(domain: AF_INET)
    defer { try? socket.close() }
    Self.keepFromPrograms(socket)
    try socket.setValue(true, for: .localAddressReuse)
    #if canImport(Darwin)
      try socket.setValue(true, for: .noSIGPIPE)
    #endif
    try socket.bind(to: sockaddr_in.inet(ip4: "127.0.0.1", port: port))
    try socket.listen()
    if case .ip4(_, let port) = try socket.sockname() { listening(port) }
    let listener = try AsyncSocket(socket: socket, pool: pool)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pool.run() }
      group.addTask {
        let room = Slots(Self.most)
        try await withThrowingDiscardingTaskGroup { connections in
          while true {
            await room.take()
            let connection = try await Self.next(listener)
            Self.keepFromPrograms(connection.socket)
            connections.addTask {
              await HTTPConnection(socket: connection, patience: patience).converse(answer)
              room.give()
            }
          }
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private static func pool() -> some AsyncSocketPool {
    #if canImport(Darwin)
      .kQueue()
    #else
      .ePoll()
    #endif
  }

  /// At most this many connections: half of the files that may be open are left for building the book. Who comes
  /// later waits in the system's own line.
  private static var most: Int { min(512, Int(getdtablesize()) / 2) }

  /// The next connection; where none can be had at the moment, a moment later.
  private static func next(_ listener: AsyncSocket) async throws -> AsyncSocket {
    while true {
      do {
        return try await listener.accept()
      } catch SocketError.failed(_, let code, _) where passing.contains(code) {
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  /// No descriptor or no memory is left just now, or the caller has gone already.
  private static let passing: Set<Int32> = [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPROTO, EINTR]

  /// A compiler that is started meanwhile would hold the connection open.
  private static func keepFromPrograms(_ socket: Socket) { _ = fcntl(socket.file.rawValue, F_SETFD, FD_CLOEXEC) }
}

/// One connection, until either side has enough of it.
private struct HTTPConnection {
  let socket: AsyncSocket
  let patience: Duration
  private static let headLimit = 1 << 16

  func converse(_ answer: @Sendable (HTTPRequest) async -> HTTPResponse) async {
    defer { try? socket.close() }
    var received: [UInt8] = []
    do {
      while let head = try await nextHead(&received) {
        guard let request = HTTPRequest(head: head) else {
          return try await send(
            .text(.badRequest, "400: this is not a request that weave serve understands"), .get, last: true)
        }
        try await send(await answer(request), request.method, last: !request.keepsAlive)
        if !request.keepsAlive { return }
      }
    } catch {
      // The reader has gone or does not go on, or the server is asked to end.
    }
  }

  /// The lines up to the empty one; what came after it stays in `received`. Nil at the connection's end.
  private func nextHead(_ received: inout [UInt8]) async throws -> [String]? {
    let end = ContinuousClock.now + patience
    while true {
      if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let text = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        received.removeSubrange(..<end.upperBound)
        return text.components(separatedBy: "\r\n")
      }
      // Longer heads than any browser's are answered by closing.
      guard received.count < Self.headLimit else { return nil }
      received += try await within(ContinuousClock.now.duration(to: end)) { try await socket.read(atMost: 4096) }
    }
  }

  private func send(_ response: HTTPResponse, _ method: HTTPRequest.Method, last: Bool) async throws {
    var head = "HTTP/1.1 \(response.status.rawValue) \(response.status.reason)\r\n"
    for (name, value) in response.headers { head += "\(name): \(value)\r\n" }
    switch response.body {
    case .bytes(let bytes):
      head += "Content-Length: \(bytes.count)\r\n\(last ? "Connection: close\r\n" : "")\r\n"
      try await write(Data(head.utf8) + (method == .head ? Data() : bytes))
    case .stream(let chunks):
      // Ends with the connection.
      head += "Connection: close\r\n\r\n"
      try await write(Data(head.utf8))
      if method == .head { throw CancellationError() }
      for await chunk in chunks { try await write(Data(chunk)) }
      throw CancellationError()
    case .none:
      try await write(Data((head + (last ? "Connection: close\r\n" : "") + "\r\n").utf8))
    }
  }

  /// In pieces, each of which has its time: a slow reader gets all of it.
  private func write(_ data: Data) async throws {
    var rest = data[...]
    while !rest.isEmpty {
      let piece = Data(rest.prefix(1 << 16))
      try await within(patience) { try await socket.write(piece) }
      rest = rest.dropFirst(piece.count)
    }
  }
}

/// What a browser asks for.
package struct HTTPRequest: Sendable {
  package enum Method: Sendable { case get, head, other }

  package var method: Method
  /// Percent-encoded, without the query.
  package var path: String
  /// By name in small letters.
  package var headers: [String: String]
  var keepsAlive: Bool

  /// Nil for what is not HTTP/1, and for a request with a body.
  package init?(head: [String]) {
    let words = head[0].split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { return nil }
    method = words[0] == "GET" ? .get : words[0] == "HEAD" ? .head : .other
    path = String(words[1].prefix { $0 != "?" && $0 != "#" })
    headers = [:]
    for line in head.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { return nil }
      let name = line[..<colon].lowercased()
      // Two Host headers are an attempt to be understood in two ways.
      guard
        headers.updateValue(line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces), forKey: name) == nil
          || name != "host"
      else { return nil }
    }
    let length = headers["content-length"] ?? "0"
    let connection = headers["connection"]?.lowercased() ?? ""
    guard method == .other || headers["transfer-encoding"] == nil && length == "0" else { return nil }
    // What another method sends along is never read: the connection ends with the answer.
    keepsAlive = method != .other && words[2] == "HTTP/1.1" && connection != "close"
  }
}

/// What it gets.
package struct HTTPResponse: Sendable {
  package enum Status: Int, Sendable {
    case ok = 200
    case notModified = 304
    case badRequest = 400
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405

    package var reason: String {
      switch self {
      case .ok: "OK"
      case .notModified: "Not Modified"
      case .badRequest: "Bad Request"
      case .forbidden: "Forbidden"
      case .notFound: "Not Found"
      case .methodNotAllowed: "Method Not Allowed"
      }
    }
  }

  package enum Body: Sendable {
    case bytes(Data)
    case stream(AsyncStream<[UInt8]>)
    case none
  }

  package var status: Status
  package var headers: [(name: String, value: String)]
  package var body: Body

  package static func text(_ status: Status, _ line: String) -> HTTPResponse {
    HTTPResponse(status, "text/plain; charset=utf-8", .bytes(Data((line + "\n").utf8)))
  }

  /// An answer that no cache keeps and no other site may use.
  package init(_ status: Status, _ type: String, _ body: Body) {
    self.status = status
    self.body = body
    headers = [
      ("Content-Type", type), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
      ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "SAMEORIGIN"),
    ]
  }
}
