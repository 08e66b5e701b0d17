import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Programs that are loaded once and run often: each command is run by a copy of a process that waits behind the loader's
/// work (CForkServer). Of a small chapter's time the compiler's loading takes a sixth, the linker's half of the linking.
final class ForkServers: Sendable {
  private let library: String
  private struct State {
    var servers: [String: ForkServer?] = [:]
    var closed: [ForkServer] = []
  }
  private let state = Mutex(State())

  /// Nil where this system has no such server.
  init?(kit: URL) {
    library = kit.appendingPathComponent("libForkServer.so").path
    if access(library, R_OK) != 0 || ProcessInfo.processInfo.environment["LD_PRELOAD"] != nil { return nil }
  }

  /// What came of a command; nil where it has to be run by itself: there is no server for its program, or the copy did not
  /// come to an orderly end.
  func run(_ command: [String]) async -> Tool.Outcome? {
    let server = state.withLock { state in
      if let known = state.servers[command[0]] { return known }
      let server = Self.isBinary(command[0]) ? try? ForkServer(command[0], library: library) : nil
      state.servers[command[0]] = .some(server)
      return server
    }
    return await server?.run(command)
  }

  /// Nothing more will be run: the servers end.
  func close() {
    state.withLock { state in
      for case let server? in state.servers.values {
        server.close()
        state.closed.append(server)
      }
      state.servers = [:]
    }
  }

  /// Comes back when those that were closed have ended.
  func ended() async {
    for server in state.withLock({ $0.closed }) { await server.ended() }
  }

  /// Of a script the shell would be loaded, with arguments that are none of its own.
  private static func isBinary(_ program: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: program) else { return false }
    return (try? file.read(upToCount: 4)) == Data([0x7F] + "ELF".utf8)
  }
}

private final class ForkServer: Sendable {
  private let socket: DescriptorSocket
  private let process: Task<Void, Never>

  init(_ program: String, library: String) throws {
    let (inside, outside) = try DescriptorSocket.pair(.messages)
    socket = outside
    process = Task.detached {
      // With the last end that could be read, commands are gone that nobody took, and so are their pipes.
      defer { inside.close() }
      let preload: [Environment.Key: String] = ["LD_PRELOAD": library]
      // Its own argument counts only where the library is not loaded.
      _ = try? await Subprocess.run(
        .path(FilePath(program)), arguments: ["--version"], environment: .inherit.updating(Tool.memory).updating(preload),
        input: .fileDescriptor(inside.descriptor, closeAfterSpawningProcess: false), output: .discarded, error: .discarded)
    }
  }

  deinit { socket.close() }

  func close() { socket.endWriting() }

  func ended() async { await process.value }

  func run(_ command: [String]) async -> Tool.Outcome? {
    guard let ends = try? FileDescriptor.pipe() else { return nil }
    defer { try? ends.readEnd.close() }
    for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    // What nothing that the program says can look like.
    let mark = (0..<2).map { _ in String(UInt64.random(in: 0 ... .max), radix: 16) }.joined(separator: "-")
    let isSent = socket.send(Array(([mark] + command).joined(separator: "\0").utf8), with: ends.writeEnd)
    try? ends.writeEnd.close()
    guard isSent else { return nil }
    let answer = await Self.answer(ends.readEnd, to: Array(mark.utf8))
    guard let status = answer.status else { return nil }
    return Tool.Outcome(status: Int(status), output: "", error: String(decoding: answer.said, as: UTF8.self))
  }

  /// What the program says; behind it the mark and its status, a byte.
  private static func answer(_ file: FileDescriptor, to mark: [UInt8]) async -> (said: [UInt8], status: UInt8?) {
    await withCheckedContinuation { continuation in
      Thread {
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while said.count < 256 << 20, let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
          said += buffer[..<count]
          // The process takes its time to end behind them.
          if said.dropLast().suffix(mark.count).elementsEqual(mark), let status = said.last {
            continuation.resume(returning: (Array(said.dropLast(mark.count + 1)), status))
            return
          }
        }
        continuation.resume(returning: (said, nil))
      }.start()
    }
  }
}
