import Foundation
import Synchronization

/// What the block that runs now has used up; shared by the reader of records and the guardian.
package final class Watch: Sendable {
  /// A limit that was exceeded.
  package enum Excess: Sendable { case processor, wall, processes, memory, files, records }

  private struct State {
    var block: Int?
    var latest: Int?
    /// Processor seconds that it may take, and the expressions after it, each as many.
    var allowed: Double
    /// When it began.
    var since = ContinuousClock.now
    /// The processor time that had been used by then; nil until the next look.
    var before: Double? = 0
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
  package func start(_ time: ContinuousClock.Instant) { state.withLock { if $0.latest == nil { $0.since = time } } }

  package func set(_ seconds: Double, for block: Int) { state.withLock { $0.own[block] = seconds } }

  /// - Parameter latest: the block that began last, whether it still runs or not.
  package func at(_ block: Int?, after latest: Int?) {
    state.withLock {
      guard $0.block != block || $0.latest != latest else { return }
      $0.block = block
      $0.latest = latest
      $0.since = .now
      $0.before = nil
      if let latest { $0.allowed = $0.own[latest] ?? limits.seconds }
    }
  }

  package var seconds: Double { state.withLock(\.allowed) }

  /// The first limit that was exceeded says why the program ended.
  func exceed(_ excess: Excess) { state.withLock { $0.excess = $0.excess ?? excess } }

  package var excess: Excess? { state.withLock(\.excess) }

  /// Looks at time, processes and memory each time, and now and then at the files in `folder` and the blocks' own.
  package func look(round: Int, at process: pid_t, walls: Int, in folder: URL, _ outputs: Outputs) {
    let tree = ProcessTree(root: process, walls: walls)
    let late = state.withLock { state -> Excess? in
      let before = state.before ?? tree.processorSeconds
      state.before = before
      if tree.processorSeconds - before > state.allowed { return .processor }
      return state.since.duration(to: .now) > .seconds(limits.wall(state.allowed)) ? .wall : nil
    }
    if let late { exceed(late) }
    if tree.threads >= limits.processes { exceed(.processes) }
    if tree.residentBytes > limits.memoryBytes { exceed(.memory) }
    if round % 10 == 9, ProgramFile.size(of: folder, enough: limits.folderBytes) > limits.folderBytes - outputs.size {
      exceed(.files)
    }
  }
}
