import CVector

/// Runs `body` with the kernel's own loops on at most `count` threads; without it they use as many as there are
/// processors. It holds for calls on the thread that `body` runs on.
///
/// Threads divide outputs that do not depend on each other, so their number never shows in a result. Where there are
/// no threads (wasm32) everything runs on one. Refused: a count below 1.
public func withThreads<Result, Failure: Error>(
  _ count: Int, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  require(count >= 1, "withThreads: \(count) threads")
  let outer = set_thread_limit(Int32(clamping: count))
  defer { _ = set_thread_limit(outer) }
  return try body()
}

/// The number of threads that the kernel's loops may use here.
public var threadCount: Int { Int(thread_limit()) }

/// body(0), …, body(count − 1) in any order, several at a time: for outputs that no two of them share.
///
/// Below `cost` of some 2²³ operations in all, starting a thread takes longer than it saves. Not inlined, so that a
/// body is compiled once.
@inline(never)
func parallel(_ count: Int, cost: Int64, _ body: (Int) -> Void) {
  guard count > 1, cost >= 1 << 23, threadCount > 1 else {
    for task in 0..<count { body(task) }
    return
  }
  withoutActuallyEscaping(body) { body in
    var body = body
    withUnsafeMutablePointer(to: &body) {
      run_tasks(count, thread_limit(), { $0!.assumingMemoryBound(to: ((Int) -> Void).self).pointee($1) }, $0)
    }
  }
}
