import Synchronization

/// Work that nobody waits for, done while nothing else is to be done; it is stopped by whoever has something to do.
package final class IdleWork: Sendable {
  private let task = Mutex<Task<Void, Never>?>(nil)

  package init() {}

  /// Starts `work`; what had been started before is stopped.
  package func start(_ work: @escaping @Sendable () async -> Void) {
    task.withLock { task in
      task?.cancel()
      task = Task.detached(priority: .background) { await work() }
    }
  }

  /// Starts `work` when what had been started before is done; not at all where that is stopped.
  package func add(_ work: @escaping @Sendable () async -> Void) {
    task.withLock { task in
      let earlier = task
      task = Task.detached(priority: .background) {
        await withTaskCancellationHandler {
          await earlier?.value
        } onCancel: {
          earlier?.cancel()
        }
        if !Task.isCancelled { await work() }
      }
    }
  }

  /// Comes back when it has stopped.
  package func stop() async {
    let stopped = task.withLock { task in
      defer { task = nil }
      task?.cancel()
      return task
    }
    await stopped?.value
  }

  /// Comes back when it is done.
  package func wait() async { await task.withLock { $0 }?.value }
}
