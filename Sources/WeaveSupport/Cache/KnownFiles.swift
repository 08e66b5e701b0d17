import Foundation
import Synchronization

/// Digests of files that seldom change (the tool, the library of the chapters), kept with their stamps.
package final class KnownFiles: Sendable {
  private struct State {
    var files: [String: KnownFile]
    var isChanged = false
  }

  private static let key = "known-files"
  private let state: Mutex<State>
  private let cache: Cache

  package init(_ cache: Cache) {
    self.cache = cache
    state = Mutex(State(files: cache.value(Self.key) ?? [:]))
  }

  /// Of the contents; nil where the file cannot be read.
  package func digest(of path: String) -> String? {
    if let id = BuildID.read(path) { return id }
    return known(path)
  }

  private func known(_ path: String) -> String? {
    let place = RootedFile(following: path)
    return state.withLock { state in
      let before = state.files[path]
      var file = before
      if file?.isCurrent(place) != true { file = KnownFile(place) }
      state.files[path] = file
      if file != before { state.isChanged = true }
      return file?.digest.hex
    }
  }

  package func store() {
    let changed = state.withLock { state -> [String: KnownFile]? in
      defer { state.isChanged = false }
      return state.isChanged ? state.files : nil
    }
    if let changed { cache.store(changed, Self.key) }
  }
}
