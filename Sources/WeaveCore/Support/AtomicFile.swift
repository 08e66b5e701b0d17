import Foundation
import Synchronization

/// Files that are either the old ones or the new ones, never half of one.
enum AtomicFile {
  private static let counter = Atomic<Int>(0)

  /// Temporary files start so; a killed build may leave one, and the next one may take it away.
  static let prefix = ".weave-tmp-"

  /// Writes beside the target and renames over it: a rename within a folder is atomic, so a reader
  /// and a second build see one of the two contents.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = "\(folder)/\(prefix)\(ProcessInfo.processInfo.processIdentifier)-\(number)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try create(temporary, bytes)
    } catch {
      throw EnvironmentError("cannot write \(path): \(error.localizedDescription)")
    }
    guard rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw EnvironmentError("cannot replace \(path): \(reason)")
    }
  }

  /// Without a wait for the disk: what a power failure takes is made again.
  private static func create(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress! + written, $0.count - written, off_t(written)) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = POSIXErrorCode(rawValue: errno) ?? .EIO
        close(descriptor)
        unlink(path)
        throw POSIXError(code)
      }
      written += count
    }
    guard close(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  /// Takes away what writers left that were killed; nobody else may be writing there.
  static func sweep(_ folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) { unlink("\(folder)/\(name)") }
  }

  /// The bytes of a regular file, or nil if there is none or it cannot be read.
  static func read(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }
}
