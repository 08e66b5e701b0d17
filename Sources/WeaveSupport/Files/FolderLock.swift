import Foundation

/// One at a time: who else wants to write beside this file waits. The system lets go of it when the process ends,
/// however it ends.
///
/// The lock is on the folder itself, so that no file of it lies among the book's. Where the file system knows no
/// locks, nobody waits.
package struct FolderLock: ~Copyable {
  private let descriptor: Int32

  package init(_ file: RootedFile) {
    descriptor = (try? file.walk(making: true).folder) ?? -1
    if descriptor >= 0 { while flock(descriptor, LOCK_EX) < 0 && errno == EINTR {} }
  }

  package var isHeld: Bool { descriptor >= 0 }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
