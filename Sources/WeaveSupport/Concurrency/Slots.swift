import Synchronization

/// As many at a time as there are slots; the others wait, first come, first served. The last of all does not wait:
/// beside it nothing would be left for whoever comes to an end first.
package final class Slots: Sendable {
  private struct State {
    var free: Int
    /// Those that have not taken a slot yet.
    var expected: Int
    var waiting: [CheckedContinuation<Void, Never>] = []

    /// The one that may go on now, if any.
    mutating func next() -> CheckedContinuation<Void, Never>? {
      guard !waiting.isEmpty, free > 0 || expected == 1 else { return nil }
      free -= 1
      expected -= 1
      return waiting.removeFirst()
    }
  }

  private let state: Mutex<State>

  /// - Parameter expected: how many will take a slot.
  package init(_ count: Int, for expected: Int = .max) { state = Mutex(State(free: count, expected: expected)) }

  package func hold<T>(_ body: () async throws -> T) async rethrows -> T {
    await take()
    defer { give() }
    return try await body()
  }

  package func take() async {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        state.waiting.append(continuation)
        return state.next()
      }?.resume()
    }
  }

  package func give() {
    state.withLock { state in
      state.free += 1
      return state.next()
    }?.resume()
  }
}
