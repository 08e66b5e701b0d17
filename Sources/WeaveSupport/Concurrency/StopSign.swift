import Synchronization

/// Says that what is being done is not wanted any more.
package final class StopSign: Sendable {
  private let flag = Atomic(false)

  package init() {}

  package func set() { flag.store(true, ordering: .relaxed) }
  package var isSet: Bool { flag.load(ordering: .relaxed) }
}

/// What was begun was not done: its sign said so.
package struct Stopped: Error {
  package init() {}
}
