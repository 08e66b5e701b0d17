import Foundation

/// Results go here, so that no work is found to be useless.
nonisolated(unsafe) var sink: Float = 0

/// Seconds of each round of one kind of work.
struct Rounds {
  private(set) var seconds: [Double] = []

  var best: Double { seconds.min()! }
  var median: Double { seconds.sorted()[seconds.count / 2] }

  mutating func add(_ s: Double) { seconds.append(s) }
}

private func clock(_ kind: clockid_t) -> Double {
  var t = timespec()
  clock_gettime(kind, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}

/// How long `work` takes: on one thread its processor time, which others on the machine do not lengthen by waiting;
/// on more, the time on the wall.
func seconds(threads: Int, _ work: () -> Void) -> Double {
  let kind = threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC
  let start = clock(kind)
  work()
  return clock(kind) - start
}

func fixed(_ x: Double, _ decimals: Int = 1) -> String { String(format: "%.\(decimals)f", x) }

func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

func aligned(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}
