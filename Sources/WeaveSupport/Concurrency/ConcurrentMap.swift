import Dispatch
import Synchronization

extension Array where Element: Sendable {
  /// `map`, as many at a time as there are processors; what is made of each must not depend on the others.
  package func concurrentMap<Made: Sendable>(_ make: @Sendable (Element) -> Made) -> [Made] {
    guard count > 1 else { return map(make) }
    let made = Mutex<[Int: Made]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let one = make(self[index])
      made.withLock { $0[index] = one }
    }
    return made.withLock { made in indices.map { made[$0]! } }
  }
}
