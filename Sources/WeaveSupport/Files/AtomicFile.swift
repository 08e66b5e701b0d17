import Foundation
import Synchronization

/// Files that are either the old ones or the new ones, never half of one.
package enum AtomicFile {
  private static let counter = Atomic<Int>(0)

  /// Temporary files start so; a killed build may leave one, and the next one may take it away.
  package static let prefix = ".weave-tmp-"

  /// Nanoseconds since 1970.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// A file that nobody reads while it is written, such as a program's source for its compiler.
  package static func writeAtOnce(_ bytes: some Sequence<UInt8>, to path: String) throws {
    func fail() -> EnvironmentError { EnvironmentError("cannot write \(path): \(String(cString: strerror(errno)))") }
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw fail() }
    guard fill(file, Array(bytes)) else {
      let failure = fail()
      close(file)
      unlink(path)
      throw failure
    }
    guard close(file) == 0 else { throw fail() }
  }

  /// A name that no other writer has.
  fileprivate static func temporaryName() -> String {
    "\(prefix)\(getpid())-\(counter.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  /// Without a wait for the disk: what a power failure takes is made again. False where the system refuses.
  fileprivate static func fill(_ file: Int32, _ bytes: [UInt8]) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress! + written, $0.count - written, off_t(written)) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      written += count
    }
    return true
  }
}

extension RootedFile {
  /// Writes beside the file and renames over it: a rename within a folder is atomic, so a reader and a second build
  /// see one of the two contents. Folders on the way are made.
  /// - Parameter prepare: has the new file, by its descriptor, and the last look at the old one.
  package func write(_ bytes: [UInt8], prepare: (_ new: Int32) throws -> Void = { _ in }) throws {
    do {
      let (folder, name) = try walk(making: true)
      defer { close(folder) }
      let temporary = AtomicFile.temporaryName()
      // What a killed process of the same number left.
      unlinkat(folder, temporary, 0)
      let new = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
      guard new >= 0 else { throw Obstacle.system(errno) }
      do {
        defer { close(new) }
        guard AtomicFile.fill(new, bytes) else { throw Obstacle.system(errno) }
        try prepare(new)
        guard renameat(folder, temporary, folder, name) == 0 else { throw Obstacle.system(errno) }
      } catch {
        unlinkat(folder, temporary, 0)
        throw error
      }
    } catch let obstacle as Obstacle {
      throw EnvironmentError("cannot write \(full): \(obstacle.reason(self))")
    }
  }

  /// Takes the file away, or what else stands in its place and is no folder.
  package func remove() throws {
    do throws(Obstacle) {
      let (folder, name) = try walk()
      defer { close(folder) }
      guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else { throw .system(errno) }
    } catch {
      if case .missing = error { return }
      throw EnvironmentError("cannot remove \(full): \(error.reason(self))")
    }
  }

  /// Takes away the folder that holds the file, where it is beneath the root and empty.
  package func removeFolder() -> Bool {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")),
      let (above, name) = try? RootedFile(root: root, String(path[..<slash])).walk()
    else { return false }
    defer { close(above) }
    return unlinkat(above, name, AT_REMOVEDIR) == 0
  }

  /// Takes away what writers left beside the file that were killed; nobody else may be writing there.
  package func sweep() {
    for name in neighbours where name.hasPrefix(AtomicFile.prefix) { try? beside(name).remove() }
  }
}
