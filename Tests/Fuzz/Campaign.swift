import Foundation
import Synchronization

/// Many cases, in child processes: one that crashes or does not end takes nothing with it but its batch's rest, which
/// is begun anew after it.
struct Campaign: Sendable {
  static let firstSeed: UInt64 = 20_240_613
  let cases: Int
  let seed: UInt64

  /// Cases of one process.
  private static let batch = 500

  private struct Sum {
    var next = 0
    var tried = 0
    var faults: [String] = []
    /// By kind of case: how many there were, how many could be read, how many came to a page.
    var kinds: [String: (cases: Int, read: Int, woven: Int)] = [:]
  }

  /// False where something was found.
  func run() -> Bool {
    say("fuzzing \(cases) cases from seed \(seed)")
    let sum = Mutex(Sum())
    DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
      while let begin = sum.withLock({ claim(&$0) }) {
        var from = begin
        let end = min(begin + Self.batch, cases)
        while from < end {
          let last = child(from: from, count: end - from) { line in sum.withLock { note(line, &$0) } }
          // The child says each case before it begins it.
          from = last + 1
        }
      }
    }
    return sum.withLock { report($0) }
  }

  private func claim(_ sum: inout Sum) -> Int? {
    guard sum.next < cases, sum.faults.count < 20 else { return nil }
    defer { sum.next += Self.batch }
    return sum.next
  }

  /// Runs a batch; its lines are told, and what ended it. Returns the number of the last case that was begun.
  private func child(from: Int, count: Int, _ tell: (String) -> Void) -> Int {
    let process = Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["batch", "\(seed &+ UInt64(from))", "\(count)"]
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    // What the runtime says of a crash would take seconds; the seed shows it again.
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new
    }
    do { try process.run() } catch {
      tell("fault \(seed) the batch cannot be started: \(error)")
      return from + count
    }
    var last = from - 1
    var rest = Data()
    while case let more = pipe.fileHandleForReading.availableData, !more.isEmpty {
      rest += more
      while let end = rest.firstIndex(of: 10) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
        rest = Data(rest[(end + 1)...])
        if line == "case" { last += 1 } else { tell(line) }
      }
    }
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: BookCase.Scratch.place(of: process.processIdentifier))
    if process.terminationReason == .exit, process.terminationStatus == 0 { return from + count - 1 }
    last = max(last, from)
    let how =
      process.terminationReason == .exit
      ? "ended with status \(process.terminationStatus)"
      : process.terminationStatus == SIGPROF || process.terminationStatus == SIGALRM
        ? "did not come to an end" : "crashed with signal \(process.terminationStatus)"
    tell("fault \(seed &+ UInt64(last)) \(how)")
    return last
  }

  private func note(_ line: String, _ sum: inout Sum) {
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    switch words.first {
    case "fault" where words.count == 3:
      say("weave-fuzz 1 \(words[1]): \(words[2])")
      sum.faults.append(words[1])
    case "done" where words.count == 3:
      let fate = words[2]
      var kind = sum.kinds[words[1]] ?? (0, 0, 0)
      kind.cases += 1
      if fate != "refused" { kind.read += 1 }
      if fate == "woven" { kind.woven += 1 }
      sum.kinds[words[1]] = kind
      sum.tried += 1
    default: say(line)
    }
  }

  private func report(_ sum: Sum) -> Bool {
    for (name, kind) in sum.kinds.sorted(by: { $0.key < $1.key }) {
      let share = { (count: Int) in String(format: "%.1f %%", Double(count) * 100 / Double(max(1, kind.cases))) }
      say("\(name): \(kind.cases) cases, \(share(kind.read)) still read, \(share(kind.woven)) woven")
    }
    say("\(sum.tried) cases, \(sum.faults.count) faults")
    return sum.faults.isEmpty && sum.tried == cases
  }
}
