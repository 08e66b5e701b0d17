import Foundation
import Synchronization

/// A temporary folder with a number that no other one of this user has at the same time, in this build or another.
/// Nobody else may enter it, whoever sees its name in a list of processes; but root gives a chapter's program, which
/// runs as a user of its own, a way through it.
///
/// The number is a lock on a file, the folder is locked itself: the system lets go of both when the process ends,
/// however it ends. What a killed build left after is taken away by whoever has its number next, and by the next
/// build.
package final class Scratch: Sendable {
  package let number: Int
  package let folder: URL
  private let locks: [Int32]
  private let isGone = Mutex(false)

  /// For a chapter's executable, and nothing else.
  var programs: URL { folder.appendingPathComponent("program") }
  package var executable: URL { Self.executable(in: folder) }
  /// The same by a chapter's folder.
  package static func executable(in folder: URL) -> URL { folder.appendingPathComponent("program/program") }
  /// For what the program reads and writes.
  package var own: URL { folder.appendingPathComponent("scratch") }

  /// More chapters than this do not run at once.
  package static let count = 256

  /// Root's programs run as users of the whole machine: their numbers are given out in one place, whatever TMPDIR says.
  private static let common = getuid() == 0 ? URL(fileURLWithPath: "/tmp") : nil

  private static let isSwept = Mutex(false)

  /// The next free number, and an empty folder.
  package static func claim(in temporary: URL = FileManager.default.temporaryDirectory) throws(EnvironmentError)
    -> Scratch
  {
    let base = try Self.base(in: temporary)
    let locks = try Self.base(in: Self.common ?? temporary)
    sweepOnce(base)
    for number in 0..<count {
      guard let lock = lock(number, in: locks) else { continue }
      remove(number, in: base)
      // A name of its own: what a killed build's compiler still writes must not fall into it.
      let folder = base.appendingPathComponent("\(number)-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
      let owned = behindGate(of: base, LOCK_SH) { mkdir(folder.path, 0o700) == 0 ? own(folder) : nil }
      guard let owned else {
        let reason = String(cString: strerror(errno))
        close(lock)
        throw EnvironmentError("cannot write \(folder.path): \(reason)")
      }
      let scratch = Scratch(number: number, folder: folder, locks: [lock, owned])
      guard mkdir(scratch.programs.path, 0o755) == 0, mkdir(scratch.own.path, 0o700) == 0 else {
        throw EnvironmentError("cannot write \(folder.path): \(String(cString: strerror(errno)))")
      }
      return scratch
    }
    throw EnvironmentError("\(count) chapters run at this moment: wait for another build to end")
  }

  /// Opens `own` to the group of one user that the program runs as, and a way to it and to the executable. Its owner
  /// could close it to everybody, and then a crash would be told of nowhere.
  package func give(to user: uid_t) throws(EnvironmentError) {
    guard chown(own.path, getuid(), user) == 0, chmod(own.path, 0o770) == 0,
      chown(folder.path, getuid(), user) == 0, chmod(folder.path, 0o710) == 0
    else {
      throw EnvironmentError("cannot give \(own.path) to user \(user): \(String(cString: strerror(errno)))")
    }
  }

  /// Why a program could not write into `folder`, where its file system has no room left; nil where it has.
  package static func shortage(in folder: URL) -> EnvironmentError? {
    var status = statvfs()
    guard statvfs(folder.path, &status) == 0, status.f_bavail * UInt(status.f_frsize) < 1 << 20 else { return nil }
    return EnvironmentError("no space is left in \(folder.path): make room there, or set TMPDIR to another place")
  }

  private init(number: Int, folder: URL, locks: [Int32]) {
    self.number = number
    self.folder = folder
    self.locks = locks
  }

  /// Takes away what killed builds left, in a build that may have no program to run as well.
  package static func tidy(in temporary: URL = FileManager.default.temporaryDirectory) {
    if let base = try? base(in: temporary) { sweepOnce(base) }
  }

  /// Takes the folder away now. A task that holds the last reference lets go of it only after it has been waited for,
  /// when the process may be ending.
  package func discard() {
    isGone.withLock { isGone in
      if !isGone { Self.remove(folder) }
      isGone = true
    }
  }

  deinit {
    discard()
    for lock in locks { close(lock) }
  }

  // MARK: Locks and leftovers

  /// A folder of this user's alone; programs that run as another user pass through it.
  package static func base(in temporary: URL = FileManager.default.temporaryDirectory) throws(EnvironmentError) -> URL {
    let base = temporary.appendingPathComponent("weave-\(getuid())")
    guard mkdir(base.path, 0o711) == 0 || errno == EEXIST else {
      throw EnvironmentError(
        "cannot make \(base.path): \(String(cString: strerror(errno))): set TMPDIR to another place")
    }
    var status = stat()
    guard lstat(base.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
      throw EnvironmentError("\(base.path) is not your folder: take it away, or set TMPDIR to another place")
    }
    chmod(base.path, 0o711)
    return base
  }

  private static func lock(_ number: Int, in locks: URL) -> Int32? {
    let file = open(
      locks.appendingPathComponent("\(number).lock").path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return nil }
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
    close(file)
    return nil
  }

  /// A folder is its owner's as long as this descriptor is open, and never longer than its process.
  private static func own(_ folder: URL) -> Int32? {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// Between a folder's making and its owning nobody sweeps.
  private static func behindGate<T>(of base: URL, _ kind: Int32, _ body: () -> T) -> T {
    let gate = open(base.appendingPathComponent("gate").path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if gate >= 0 { flock(gate, kind) }
    defer { if gate >= 0 { close(gate) } }
    return body()
  }

  private static func sweepOnce(_ base: URL) {
    isSwept.withLock { done in
      if !done { behindGate(of: base, LOCK_EX) { sweep(base) } }
      done = true
    }
  }

  /// Takes away what builds left that no longer run.
  private static func sweep(_ base: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    for name in names where name.contains("-") {
      let folder = base.appendingPathComponent(name)
      guard let owned = own(folder) else { continue }
      remove(folder)
      close(owned)
    }
  }

  private static func remove(_ number: Int, in base: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    for name in names where name.hasPrefix("\(number)-") { remove(base.appendingPathComponent(name)) }
  }

  private static func remove(_ folder: URL) {
    let base = open(folder.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if base >= 0 {
      FolderRemoval.remove(folder.lastPathComponent, in: base)
      close(base)
    }
  }
}
