import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Programs that are loaded once and run often: each command is run by a copy of a process that waits behind the loader's
/// work (CForkServer). Of a small chapter's time the compiler's loading takes a sixth, the linker's half of the linking.
final class ForkServers: Sendable {
  private let library: String
  private let servers = Mutex<[String: ForkServer?]>([:])

  /// Nil where this system has no such server.
  init?(kit: URL) {
    library = kit.appendingPathComponent("libForkServer.so").path
    if access(library, R_OK) != 0 || ProcessInfo.processInfo.environment["LD_PRELOAD"] != nil { return nil }
  }

  /// What came of a command; nil where it has to be run by itself: there is no server for its program, or the copy did not
  /// come to an orderly end.
  func run(_ command: [String]) async -> Tool.Outcome? {
    let server = servers.withLock { servers in
      if let known = servers[command[0]] { return known }
      let server = Self.isBinary(command[0]) ? try? ForkServer(command[0], library: library) : nil
      servers[command[0]] = .some(server)
      return server
    }
    return await server?.run(command)
  }

  /// Of a script the shell would be loaded, with arguments that are none of its own.
  private static func isBinary(_ program: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: program) else { return false }
    return (try? file.read(upToCount: 4)) == Data([0x7F] + "ELF".utf8)
  }
}

private final class ForkServer: Sendable {
  private let socket: DescriptorSocket

  init(_ program: String, library: String) throws {
    let (inside, outside) = try DescriptorSocket.pair(.messages)
    socket = outside
    Task.detached {
      // With the last end that could be read, commands are gone that nobody took, and so are their pipes.
      defer { inside.close() }
      let preload: [Environment.Key: String] = ["LD_PRELOAD": library]
      // Its own argument counts only where the library is not loaded.
      _ = try await Subprocess.run(
        .path(FilePath(program)), arguments: ["--version"], environment: .inherit.updating(Tool.memory).updating(preload),
        input: .fileDescriptor(inside.descriptor, closeAfterSpawningProcess: false), output: .discarded, error: .discarded)
    }
  }

  /// The server ends with its socket.
  deinit { socket.close() }

  func run(_ command: [String]) async -> Tool.Outcome? {
    guard let ends = try? FileDescriptor.pipe() else { return nil }
    defer { try? ends.readEnd.close() }
    for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
    let isSent = socket.send(Array(command.joined(separator: "\0").utf8), with: ends.writeEnd)
    try? ends.writeEnd.close()
    guard isSent else { return nil }
    let answer = await Self.answer(ends.readEnd)
    guard let status = Self.status(answer) else { return nil }
    return Tool.Outcome(status: Int(status), output: "", error: String(decoding: answer.dropLast(2), as: UTF8.self))
  }

  /// Behind all that the program said stand a NUL and its status.
  private static func status(_ answer: [UInt8]) -> UInt8? {
    answer.count >= 2 && answer[answer.count - 2] == 0 ? answer[answer.count - 1] : nil
  }

  private static func answer(_ file: FileDescriptor) async -> [UInt8] {
    await withCheckedContinuation { continuation in
      Thread {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        // The process takes its time to end behind them.
        while status(answer) == nil, let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
          answer += buffer[..<count]
        }
        continuation.resume(returning: answer)
      }.start()
    }
  }
}
