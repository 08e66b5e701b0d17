import Foundation
import WeaveSupport

/// Cases one after the other, in this process. Tells each before it begins, so that whoever listens knows which one
/// it was that ended the process.
struct Batch {
  let seed: UInt64
  let count: Int

  /// Processor seconds that a case may take; without optimisation everything takes ten times as long.
  private static let patience: Double = {
    #if DEBUG
      20
    #else
      2
    #endif
  }()

  func run() {
    for number in 0..<UInt64(count) {
      say("case")
      Self.begin()
      let from = Self.processorSeconds()
      let outcome = Case(seed: seed &+ number).judged()
      let spent = Self.processorSeconds() - from
      for fault in outcome.faults {
        say("fault \(seed &+ number) \(fault.split(separator: "\n").joined(separator: " "))")
      }
      if spent > Self.patience {
        say("fault \(seed &+ number) took \(String(format: "%.1f", spent)) s of processor time")
      }
      say("done \(outcome.kind) \(outcome.fate)")
    }
  }

  /// What does not end is ended.
  private static func begin() {
    var time = itimerval()
    time.it_value.tv_sec = Int(patience * 5)
    #if os(Linux)
      setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &time, nil)
    #else
      setitimer(ITIMER_PROF, &time, nil)
    #endif
    alarm(600)
  }

  /// Of all threads: a chapter is read on several.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// A line on standard output, at once: what is said before a crash has been said.
func say(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8)) }
