import Synchronization

/// Opens once a number of things have happened, or it is opened; whoever waits goes on then.
package final class Latch: Sendable {
  private struct State {
    var missing: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  package init(_ count: Int) { state = Mutex(State(missing: count)) }

  /// One of them has happened.
  package func count() { lower { $0 - 1 } }

  /// Nobody is to wait any more.
  package func open() { lower { _ in 0 } }

  private func lower(_ change: (Int) -> Int) {
    let free = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.missing = change(state.missing)
      guard state.missing <= 0 else { return [] }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in free { continuation.resume() }
  }

  package func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if state.missing > 0 { state.waiting.append(continuation) }
        return state.missing <= 0
      }
      if isOpen { continuation.resume() }
    }
  }
}
