import Synchronization

/// Opens once a number of things have happened, or it is opened; whoever waits goes on then.
final class Latch: Sendable {
  private struct State {
    var missing: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(missing: count)) }

  /// One of them has happened.
  func count() { lower { $0 - 1 } }

  /// Nobody is to wait any more.
  func open() { lower { _ in 0 } }

  private func lower(_ change: (Int) -> Int) {
    let free = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.missing = change(state.missing)
      guard state.missing <= 0 else { return [] }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in free { continuation.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if state.missing > 0 { state.waiting.append(continuation) }
        return state.missing <= 0
      }
      if isOpen { continuation.resume() }
    }
  }
}
