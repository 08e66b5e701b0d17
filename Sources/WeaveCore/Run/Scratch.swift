import Foundation
import Synchronization

/// A temporary folder with a number that no other one of this user has at the same time, in this build or another.
///
/// The number is a lock on a file: the system lets go of it when the process ends, however it ends. What a killed
/// build left behind is taken away by whoever has its number next, and by the next build's first claim.
final class Scratch: Sendable {
  let number: Int
  let folder: URL
  private let lock: Int32

  /// More chapters than this do not run at once.
  static let count = 256

  /// Root's programs run as users of the whole machine: their numbers are given out in one place, whatever TMPDIR says.
  private static let common = getuid() == 0 ? URL(fileURLWithPath: "/tmp") : nil

  private static let isSwept = Mutex(false)

  /// The next free number, and an empty folder.
  static func claim(in temporary: URL = FileManager.default.temporaryDirectory) throws(EnvironmentError) -> Scratch {
    let base = try Self.base(in: temporary)
    let locks = try Self.base(in: Self.common ?? temporary)
    isSwept.withLock { done in
      if !done { sweep(base, locks) }
      done = true
    }
    for number in 0..<count {
      guard let lock = lock(number, in: locks) else { continue }
      remove(number, in: base)
      // A name of its own: what a killed build's compiler still writes must not fall into it.
      let folder = base.appendingPathComponent("\(number)-\(UUID().uuidString)")
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      } catch {
        close(lock)
        throw EnvironmentError("cannot write \(folder.path): \(error.localizedDescription)")
      }
      return Scratch(number: number, folder: folder, lock: lock)
    }
    throw EnvironmentError("\(count) chapters run at this moment: wait for another build to end")
  }

  private init(number: Int, folder: URL, lock: Int32) {
    self.number = number
    self.folder = folder
    self.lock = lock
  }

  deinit {
    Self.remove(folder)
    close(lock)
  }

  // MARK: Locks and leftovers

  /// A folder of this user's alone; programs that run as another user pass through it.
  private static func base(in temporary: URL) throws(EnvironmentError) -> URL {
    let base = temporary.appendingPathComponent("weave-\(getuid())")
    mkdir(base.path, 0o711)
    var status = stat()
    guard lstat(base.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid() else {
      throw EnvironmentError("\(base.path) is no folder of yours: take it away, or set TMPDIR to another place")
    }
    chmod(base.path, 0o711)
    return base
  }

  private static func lock(_ number: Int, in locks: URL) -> Int32? {
    let file = open(locks.appendingPathComponent("\(number).lock").path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { return nil }
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
    close(file)
    return nil
  }

  /// Takes away what builds left that no longer run.
  private static func sweep(_ base: URL, _ locks: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    for number in Set(names.compactMap { $0.contains("-") ? Int($0.prefix { $0 != "-" }) : nil }) {
      guard let lock = lock(number, in: locks) else { continue }
      remove(number, in: base)
      close(lock)
    }
  }

  private static func remove(_ number: Int, in base: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    for name in names where name.hasPrefix("\(number)-") { remove(base.appendingPathComponent(name)) }
  }

  /// A program may have closed its own folders to everybody.
  private static func remove(_ folder: URL) {
    let manager = FileManager.default
    if (try? manager.removeItem(at: folder)) != nil { return }
    chmod(folder.path, 0o700)
    for case let name as String in manager.enumerator(atPath: folder.path) ?? .init() {
      let path = folder.appendingPathComponent(name).path
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { chmod(path, 0o700) }
    }
    try? manager.removeItem(at: folder)
  }
}
