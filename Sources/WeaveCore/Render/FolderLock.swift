import Foundation

/// One at a time: who else wants this folder waits. The system lets go of it when the process ends, however it ends.
///
/// The lock is on the folder itself, so that no file of it lies among the book's. Where the file system knows no
/// locks, nobody waits.
struct FolderLock: ~Copyable {
  private let descriptor: Int32

  init(_ path: String) {
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { while flock(descriptor, LOCK_EX) < 0 && errno == EINTR {} }
  }

  var isHeld: Bool { descriptor >= 0 }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
