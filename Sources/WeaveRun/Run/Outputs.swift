import ChapterProtocol
import Foundation
import Synchronization
import SystemPackage
import WeaveSupport

/// The files that a program hands out: what its blocks print into, and what is said of those that stop.
package final class Outputs: Sendable {
  package typealias Kind = ProgramFileKind

  private struct Key: Hashable {
    var block: Int
    var kind: Kind
  }

  private struct State {
    var files: [Key: FileDescriptor] = [:]
    var latest: Int?
  }
  private let state = Mutex(State())

  deinit { state.withLock { for file in $0.files.values { try? file.close() } } }

  /// Takes what has come over the socket, without waiting.
  /// - Returns: false where it is not one file of a kind for each block: the latest block, or code before the first,
  ///   wrote
  ///   there.
  package func take(from socket: DescriptorSocket, blocks: Int) throws(EnvironmentError) -> Bool {
    // A block's index, and the kind of file.
    var bytes = [UInt8](repeating: 0, count: 8)
    while true {
      switch socket.receive(&bytes) {
      case .nothing: return true
      case .lost:
        throw EnvironmentError("too many files are open, one for each block that runs: raise the limit (ulimit -n)")
      case .message(let count, let files):
        let numbers = bytes.withUnsafeBytes {
          ($0.loadUnaligned(as: Int32.self), $0.loadUnaligned(fromByteOffset: 4, as: Int32.self))
        }
        let isNew = state.withLock { state in
          guard count == bytes.count, files.count == 1, 0..<blocks ~= Int(numbers.0),
            let kind = Kind(rawValue: numbers.1)
          else { return false }
          let key = Key(block: Int(numbers.0), kind: kind)
          guard state.files[key] == nil else { return false }
          state.files[key] = files[0]
          state.latest = key.block
          return true
        }
        if !isNew {
          for file in files { try? file.close() }
          return false
        }
      }
    }
  }

  /// The block whose file came last.
  var latest: Int? { state.withLock(\.latest) }

  /// The first `limit` bytes of a block's file; nil where it has none.
  package func bytes(_ kind: Kind, of block: Int, limit: Int) -> Data? {
    guard let file = state.withLock({ $0.files[Key(block: block, kind: kind)] }), let size = Self.size(file) else {
      return nil
    }
    var data = Data(count: min(size, limit))
    let count = try? data.withUnsafeMutableBytes { bytes in
      var count = 0
      while count < bytes.count {
        let more = try file.read(
          fromAbsoluteOffset: Int64(count), into: UnsafeMutableRawBufferPointer(rebasing: bytes[count...]))
        if more == 0 { break }
        count += more
      }
      return count
    }
    return count.map { data.prefix($0) }
  }

  /// Of all together.
  package var size: Int { state.withLock { $0.files.values.reduce(0) { $0 + (Self.size($1) ?? 0) } } }

  /// Nil where it is no plain file.
  private static func size(_ file: FileDescriptor) -> Int? {
    var status = stat()
    guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}
