import Foundation
import Synchronization
import SystemPackage

/// The files that a program's blocks print into, as it hands them out.
final class Outputs: Sendable {
  private struct State {
    var files: [Int: FileDescriptor] = [:]
    var latest: Int?
  }
  private let state = Mutex(State())

  deinit { state.withLock { for file in $0.files.values { try? file.close() } } }

  /// Takes what has come over the socket, without waiting.
  /// - Returns: false where it is not one file for each block: the latest block, or code before the first, wrote there.
  func take(from socket: DescriptorSocket, blocks: Int) throws(EnvironmentError) -> Bool {
    // A block's index.
    var bytes: [UInt8] = [0, 0, 0, 0]
    while true {
      switch socket.receive(&bytes) {
      case .nothing: return true
      case .lost: throw EnvironmentError("too many files are open, one for each block that runs: raise the limit (ulimit -n)")
      case .message(_, nil): return false
      case .message(let count, let file?):
        let block = Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) })
        let isNew = state.withLock { state in
          guard count == bytes.count, 0..<blocks ~= block, state.files[block] == nil else { return false }
          state.files[block] = file
          state.latest = block
          return true
        }
        if !isNew {
          try? file.close()
          return false
        }
      }
    }
  }

  /// The block whose file came last.
  var latest: Int? { state.withLock(\.latest) }

  /// The first `limit` bytes that a block printed; nil where it has no file.
  func bytes(of block: Int, limit: Int) -> Data? {
    guard let file = state.withLock({ $0.files[block] }), let size = Self.size(file) else { return nil }
    var data = Data(count: min(size, limit))
    let count = try? data.withUnsafeMutableBytes { bytes in
      var count = 0
      while count < bytes.count {
        let more = try file.read(fromAbsoluteOffset: Int64(count), into: UnsafeMutableRawBufferPointer(rebasing: bytes[count...]))
        if more == 0 { break }
        count += more
      }
      return count
    }
    return count.map { data.prefix($0) }
  }

  /// Of all together.
  var size: Int { state.withLock { $0.files.values.reduce(0) { $0 + (Self.size($1) ?? 0) } } }

  /// Nil where it is no plain file.
  private static func size(_ file: FileDescriptor) -> Int? {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
