import Synchronization

/// Opens once a number of things have happened; whoever waits goes on then.
final class Latch: Sendable {
  private struct State {
    var missing: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(missing: count)) }

  /// One of them has happened.
  func count() {
    let free = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.missing -= 1
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
