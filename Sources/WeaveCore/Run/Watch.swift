import Foundation
import Synchronization

/// What the block that runs now has used up; shared by the reader of records and the guardian.
final class Watch: Sendable {
  /// A limit that was exceeded.
  enum Excess: Sendable { case time, processes, memory, files, records }

  private struct State {
    var block: Int?
    var latest: Int?
    /// Seconds that it may take, and the expressions behind it, each as long.
    var allowed: Double
    var since = ContinuousClock.now
    var own: [Int: Double] = [:]
    var excess: Excess?
  }
  private let state: Mutex<State>
  private let limits: Sandbox.Limits

  init(_ limits: Sandbox.Limits) {
    self.limits = limits
    state = Mutex(State(allowed: limits.seconds))
  }

  /// Before the first block: the time from which it counts.
  func start(_ time: ContinuousClock.Instant) { state.withLock { if $0.latest == nil { $0.since = time } } }

  func set(_ seconds: Double, for block: Int) { state.withLock { $0.own[block] = seconds } }

  /// - Parameter latest: the block that began last, whether it still runs or not.
  func at(_ block: Int?, behind latest: Int?) {
    state.withLock {
      guard $0.block != block || $0.latest != latest else { return }
      $0.block = block
      $0.latest = latest
      $0.since = .now
      if let latest { $0.allowed = $0.own[latest] ?? limits.seconds }
    }
  }

  var seconds: Double { state.withLock(\.allowed) }

  /// The first limit that was exceeded says why the program ended.
  func exceed(_ excess: Excess) { state.withLock { $0.excess = $0.excess ?? excess } }

  var excess: Excess? { state.withLock(\.excess) }

  /// Looks at time each time, at processes and memory often, and now and then at the files in `folder` and the blocks' own.
  func look(round: Int, at process: pid_t, walls: Int, in folder: URL, _ outputs: Outputs) {
    let isLate = state.withLock { $0.since.duration(to: .now) > .seconds($0.allowed) }
    if isLate { exceed(.time) }
    if round % 2 == 0 {
      let tree = ProcessTree(root: process, walls: walls)
      if tree.threads >= limits.processes { exceed(.processes) }
      if tree.residentBytes > limits.memoryBytes { exceed(.memory) }
    }
    if round % 10 == 9, ProgramFile.size(of: folder, enough: limits.folderBytes) + outputs.size > limits.folderBytes { exceed(.files) }
  }
}
