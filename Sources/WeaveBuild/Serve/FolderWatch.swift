import Foundation
import Synchronization
import WeaveSupport

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
    let alarm = DirectoryWatcher(folder: folder, pause: 50_000)
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
