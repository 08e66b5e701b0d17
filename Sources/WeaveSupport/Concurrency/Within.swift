/// The value of `work`, which is cancelled where it takes longer than `limit`.
package func within<T: Sendable>(_ limit: Duration, _ work: @escaping @Sendable () async throws -> T) async throws -> T
{
  try await withThrowingTaskGroup(of: T.self) { group in
    group.addTask(operation: work)
    group.addTask {
      try await Task.sleep(for: limit)
      throw CancellationError()
    }
    defer { group.cancelAll() }
    return try await group.next()!
  }
}
