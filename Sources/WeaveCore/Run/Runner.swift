import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Runs a chapter's program within its limits and gathers what it did.
public struct Runner: Sendable {
  let sandbox: Sandbox
  public init(_ sandbox: Sandbox) { self.sandbox = sandbox }

  public struct Result: Sendable {
    public var record: RunRecord
    public var faults: [Fault] = []
  }

  /// Why a block did not come to its end, or a `trap` block did.
  public struct Fault: Sendable, Hashable, Codable {
    public var origin: Program.Piece.Origin?
    public var line: Int
    public var isLimit: Bool
    public var message: String
  }

  public func run(_ executable: URL, chapter: Chapter, program: Program, in folder: URL) async throws -> Result {
    let scratch = folder.appendingPathComponent("scratch")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    try sandbox.open(scratch)
    let watch = Watch(limit: sandbox.limits.seconds)
    for block in chapter.blocks { if let seconds = block.attributes.timeout { watch.set(seconds, for: block.index) } }

    let command = sandbox.command(executable.path, in: scratch.path)
    var options = PlatformOptions()
    options.createSession = true
    let outcome = try await Subprocess.run(
      .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(Dictionary(uniqueKeysWithValues: Sandbox.environment.map { (.init(stringLiteral: $0.key), $0.value) })),
      workingDirectory: FilePath(scratch.path), platformOptions: options,
      input: .none, output: .sequence,
      error: .fileDescriptor(
        try FileDescriptor.open(
          FilePath(scratch.appendingPathComponent("stderr").path), .writeOnly, options: [.create, .truncate],
          permissions: [.ownerReadWrite]), closeAfterSpawningProcess: true)
    ) { execution -> RecordReader in
      let group = execution.processIdentifier.value
      let guardian = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: .milliseconds(20))
          if watch.isOver { kill(-group, SIGKILL) }
        }
      }
      var reader = RecordReader()
      for try await buffer in execution.standardOutput {
        buffer.withUnsafeBytes { reader.feed($0) }
        watch.at(reader.current)
        if reader.isBroken || reader.finished { break }
      }
      // Whatever the program left behind goes with it.
      if !reader.finished || reader.isBroken { kill(-group, SIGKILL) }
      guardian.cancel()
      kill(-group, SIGKILL)
      return reader
    }
    return gather(outcome.closureResult, outcome.terminationStatus, watch, chapter, program, scratch)
  }

  // MARK: What came of it

  private func gather(
    _ reader: RecordReader, _ status: TerminationStatus, _ watch: Watch, _ chapter: Chapter, _ program: Program, _ scratch: URL
  ) -> Result {
    var result = Result(record: reader.record)
    for block in chapter.blocks where block.mode == .run || block.mode == .trap {
      let file = scratch.appendingPathComponent("\(block.index).out")
      guard let data = try? Data(contentsOf: file) else { continue }
      if data.count >= sandbox.limits.outputBytes {
        result.faults.append(
          Fault(origin: .block(block.index), line: 0, isLimit: true, message: "the block printed more than \(sandbox.limits.outputBytes >> 20) MB: print less"))
      }
      guard let text = String(validating: data, as: UTF8.self) else {
        result.faults.append(Fault(origin: .block(block.index), line: 0, isLimit: false, message: "the block printed bytes that are not UTF-8"))
        continue
      }
      result.record.outputs[block.index] = text
    }
    for (block, signal) in reader.trapped where signal != 0 {
      let report = CrashReport(scratch.appendingPathComponent("\(block).crash"))
      let said = (try? String(contentsOf: scratch.appendingPathComponent("\(block).err"), encoding: .utf8)) ?? ""
      let lines = said.split(separator: "\n").map { Self.withoutPlace(String($0)) + "\n" }.joined()
      result.record.refusals[block] = lines + (report?.failure.map { "Fatal error: \($0)\n" } ?? "")
    }
    for block in reader.closed.sorted() {
      result.faults.append(
        Fault(origin: .block(block), line: 0, isLimit: false, message: "the block closed or replaced its standard output: what it printed cannot be verified"))
    }
    if !reader.finished {
      let fault = ending(reader, status, watch, program, scratch)
      // The signal that a limit sends says nothing beyond the limit.
      if !result.faults.contains(where: { $0.isLimit && $0.origin == fault.origin }) { result.faults.append(fault) }
    }
    return result
  }

  /// Why the program ended before its last line.
  private func ending(
    _ reader: RecordReader, _ status: TerminationStatus, _ watch: Watch, _ program: Program, _ scratch: URL
  ) -> Fault {
    let report = CrashReport(scratch.appendingPathComponent("crash.json"))
    // Without a report: the block that ran, or the expression that came next.
    let origin = report?.origin ?? reader.current.map { .block($0) } ?? next(after: reader, in: program)
    let said = ((try? String(contentsOf: scratch.appendingPathComponent("stderr"), encoding: .utf8)) ?? "")
      .split(separator: "\n").first { !$0.hasPrefix("*** ") }.map(String.init)
    if watch.wasOver {
      let seconds = watch.seconds(for: reader.current)
      return Fault(
        origin: origin, line: 0, isLimit: true,
        message: "the block ran longer than \(seconds.formatted()) s and was stopped: make it faster, or give it timeout=…")
    }
    if reader.isBroken {
      return Fault(origin: origin, line: 0, isLimit: false, message: "the block wrote into the channel of the records: leave file descriptors alone")
    }
    switch status {
    case .exited(let code):
      if said?.contains("memory") == true {
        return Fault(origin: origin, line: 0, isLimit: true, message: "the block needs more than \(sandbox.limits.memoryBytes >> 30) GB of memory: \(said!)")
      }
      // bubblewrap tells a signal as 128 + its number.
      if code > 128 || report != nil { return crashed(report, origin, said, signal: Int(code) - 128) }
      return Fault(
        origin: origin, line: 0, isLimit: false,
        message: "the program ended here with status \(code) before its last block: take exit() out"
          + (said.map { "; it said: \($0)" } ?? ""))
    case .signaled(let signal):
      return crashed(report, origin, said, signal: Int(signal))
    }
  }

  private func crashed(_ report: CrashReport?, _ origin: Program.Piece.Origin?, _ said: String?, signal: Int) -> Fault {
    let reason = said.map(Self.withoutPlace) ?? report?.failure ?? "signal \(signal)"
    return Fault(
      origin: origin, line: report?.line ?? 0, isLimit: false,
      message: "the program stopped here: \(reason)")
  }

  /// `Chapter/block-3:2: Fatal error: …` names a place that means nothing to a reader.
  private static func withoutPlace(_ text: String) -> String {
    guard let mark = text.range(of: #"^\S+:\d+: "#, options: .regularExpression) else { return text }
    return String(text[mark.upperBound...])
  }

  private func next(after reader: RecordReader, in program: Program) -> Program.Piece.Origin? {
    program.pieces.first { piece in
      switch piece.origin {
      case .block(let index): (piece.mode == .run || piece.mode == .trap) && !reader.record.finished.contains(index)
      case .link(let index): reader.record.values[index] == nil
      }
    }?.origin
  }
}

/// How long the block that runs now has been running; shared by the reader of records and the guardian.
private final class Watch: Sendable {
  private struct State {
    var block: Int?
    var since = ContinuousClock.now
    var own: [Int: Double] = [:]
    var wasOver = false
  }
  private let state = Mutex(State())
  private let limit: Double

  init(limit: Double) { self.limit = limit }

  func set(_ seconds: Double, for block: Int) { state.withLock { $0.own[block] = seconds } }

  func at(_ block: Int?) {
    state.withLock {
      guard $0.block != block else { return }
      $0.block = block
      $0.since = .now
    }
  }

  func seconds(for block: Int?) -> Double { state.withLock { state in block.flatMap { state.own[$0] } ?? limit } }

  var isOver: Bool {
    state.withLock { state in
      let allowed = state.block.flatMap { state.own[$0] } ?? limit
      if state.since.duration(to: .now) > .seconds(allowed) { state.wasOver = true }
      return state.wasOver
    }
  }

  var wasOver: Bool { state.withLock { $0.wasOver } }
}
