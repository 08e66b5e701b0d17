import Foundation
import Synchronization

/// Tells when files of a folder change.
///
/// The files' stamps decide; the system's notices only say when to look. So a notice that gets lost (a network folder,
/// a folder that is replaced by another of the same name) costs a second and no edit.
final class FolderWatch: Sendable {
  private let folder: String
  private let besides: [String]
  private let pending = Mutex<Set<String>>([])
  private let isOver = Atomic(false)

  /// `besides`: single files elsewhere.
  init(folder: String, besides: [String] = []) {
    self.folder = folder
    self.besides = besides
  }

  /// Speaks up when there is something to take; what comes before it is heard is one word, not many.
  func notices() -> AsyncStream<Void> {
    let first = FolderStamps(folder: folder, besides: besides)
    return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      continuation.onTermination = { _ in self.isOver.store(true, ordering: .relaxed) }
      let thread = Thread { self.look(from: first, continuation) }
      thread.name = "folder watch"
      thread.start()
    }
  }

  /// Names of the files that changed since the last call.
  func take() -> Set<String> {
    pending.withLock { names in
      defer { names = [] }
      return names
    }
  }

  private func look(from first: FolderStamps, _ continuation: AsyncStream<Void>.Continuation) {
    let alarm = FolderAlarm(folder: folder)
    var known = first
    while !isOver.load(ordering: .relaxed) {
      let now = FolderStamps(folder: folder, besides: besides)
      let changed = now.changes(since: known)
      known = now
      if changed.isEmpty {
        alarm.wait()
      } else {
        pending.withLock { $0.formUnion(changed) }
        continuation.yield()
      }
    }
  }
}

/// Sleeps until something happens in a folder, or for a while.
struct FolderAlarm: ~Copyable {
  private let folder: String

  #if os(Linux)
    private let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))

    init(folder: String) {
      self.folder = folder
      arm()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Again each time, for the folder may be another one by now; for the same one it changes nothing.
    private func arm() {
      let events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB
      if descriptor >= 0 { _ = inotify_add_watch(descriptor, folder, UInt32(events)) }
    }

    func wait() {
      arm()
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard descriptor >= 0, poll(&polled, 1, 1000) >= 0 else {
        usleep(50_000)
        return
      }
      withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 8) { buffer in
        while read(descriptor, buffer.baseAddress!, buffer.count) > 0 {}
      }
    }
  #else
    init(folder: String) { self.folder = folder }

    func wait() { usleep(50_000) }
  #endif
}
