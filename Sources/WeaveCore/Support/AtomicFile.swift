import Foundation
import Synchronization

/// Files that are either the old ones or the new ones, never half of one.
enum AtomicFile {
  private static let counter = Atomic<Int>(0)

  /// Temporary files start so; a killed build may leave one, and the next one may take it away.
  static let prefix = ".weave-tmp-"

  /// Writes beside the target and renames over it: a rename within a folder is atomic, so a reader
  /// and a second build see one of the two contents.
  /// - Returns: The date that the file was given. It lies some ticks of the file system's clock back, and is odd: whoever
  ///   writes into the file afterwards gives it another, and a file system with coarse dates shows that it has them.
  @discardableResult
  static func write(_ bytes: [UInt8], to path: String) throws -> Int64 {
    let date = (now - 20_000_000) | 1
    let folder = (path as NSString).deletingLastPathComponent
    let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = "\(folder)/\(prefix)\(ProcessInfo.processInfo.processIdentifier)-\(number)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try create(temporary, bytes, date)
    } catch {
      throw EnvironmentError("cannot write \(path): \(error.localizedDescription)")
    }
    guard rename(temporary, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw EnvironmentError("cannot replace \(path): \(reason)")
    }
    return date
  }

  /// Nanoseconds since 1970.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// A file that nobody reads while it is written, such as a program's source for its compiler.
  static func writeAtOnce(_ bytes: some Sequence<UInt8>, to path: String) throws {
    do { try create(path, Array(bytes), now) } catch { throw EnvironmentError("cannot write \(path): \(error.localizedDescription)") }
  }

  /// Without a wait for the disk: what a power failure takes is made again.
  private static func create(_ path: String, _ bytes: [UInt8], _ date: Int64) throws {
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
    let time = timespec(tv_sec: Int(date / 1_000_000_000), tv_nsec: Int(date % 1_000_000_000))
    futimens(descriptor, [time, time])
    guard close(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  /// Takes away what writers left that were killed; nobody else may be writing there.
  static func sweep(_ folder: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) { unlink("\(folder)/\(name)") }
  }

  /// The bytes of a regular file, or nil if there is none or it cannot be read.
  static func read(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = pread(descriptor, buffer.baseAddress! + count, size - count, off_t(count))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { break }
        count += got
      }
      isWhole = count == size
    }
    return isWhole ? bytes : nil
  }
}
