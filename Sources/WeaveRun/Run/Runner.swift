import ChapterProtocol
import Foundation
import Subprocess
import Synchronization
import SystemPackage
import WeaveModel
import WeaveSupport

/// Runs a chapter's program within its limits and gathers what it did.
package struct Runner: Sendable {
  let sandbox: Sandbox
  /// What its programs are written in.
  let code: any ProgrammingLanguage
  /// Where a program that crashes leaves its report, in its own folder.
  static let crashReport = "crash.json"

  package init(_ sandbox: Sandbox, _ code: any ProgrammingLanguage) { (self.sandbox, self.code) = (sandbox, code) }

  package struct Result: Sendable {
    package var record: RunRecord
    package var faults: [Fault] = []
    /// By block index, by the clock.
    package var seconds: [Int: Double] = [:]
    /// By step: the places of changes that it passed, where the run was to tell them.
    package var passed: [CodeOrigin: Set<Int>] = [:]
  }

  /// Why a block did not come to its end, or a `trap` block did.
  package struct Fault: Sendable, Hashable, Codable {
    package var origin: CodeOrigin?
    package var line: Int
    package var isLimit: Bool
    package var message: String
  }

  /// Raises the walls, and starts the chapter's program in them when the gate opens; nil where it never does.
  /// - Parameters:
  ///   - variation: in what it differs from the run that the page shows.
  ///   - stop: ends the program; what came of it means nothing then.
  package func run(
    _ chapter: Chapter, _ language: Language, as variation: Variation? = nil, in claim: Scratch, after gate: Gate,
    until stop: StopSign? = nil
  ) async throws -> Result? {
    let scratch = claim.own, place = Sandbox.Program(of: claim)
    try put(chapter.data, into: claim)
    let watch = Watch(sandbox.limits)
    for block in chapter.blocks { if let seconds = block.attributes.timeout { watch.set(seconds, for: block.index) } }

    let command = sandbox.command(place, slot: claim.number, waiting: true)
    var environment = environment(language)
    environment.merge(code.environment(reportingTo: "\(sandbox.seen(place).folder)/\(Self.crashReport)")) { $1 }
    if let (name, value) = variation?.variable { environment[name] = value }
    let outputs = Outputs()
    var options = PlatformOptions()
    options.createSession = true
    let outcome = try await Subprocess.run(
      .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(Self.keyed(environment)),
      workingDirectory: FilePath(scratch.path), platformOptions: options,
      input: .fileDescriptor(gate.inside.descriptor, closeAfterSpawningProcess: false), output: .sequence,
      error: .fileDescriptor(
        try FileDescriptor.open(
          FilePath(scratch.appendingPathComponent("stderr").path), .writeOnly, options: [.create, .truncate],
          permissions: [.ownerReadWrite]), closeAfterSpawningProcess: true)
    ) { execution -> RecordReader in
      let group = execution.processIdentifier.value
      let guardian = Task {
        for round in 0... {
          try await Task.sleep(for: .milliseconds(20))
          guard let opened = gate.opened else { continue }
          watch.start(opened.time)
          watch.look(round: round, at: group, walls: sandbox.generations, in: scratch, outputs)
          if watch.excess != nil || stop?.isSet == true { sandbox.end(group, slot: claim.number) }
        }
      }
      // Whatever the program left after goes with it.
      defer {
        guardian.cancel()
        sandbox.end(group, slot: claim.number)
      }
      // Nothing comes before the program is there.
      var reader = RecordReader([], key: gate.key, limit: sandbox.limits.recordBytes)
      for try await buffer in execution.standardOutput {
        if reader.bytes == 0, let program = gate.opened?.program {
          reader = RecordReader(program.steps, key: gate.key, limit: sandbox.limits.recordBytes)
        }
        buffer.withUnsafeBytes { reader.feed($0) }
        if try !outputs.take(from: gate.outside, blocks: chapter.blocks.count) { reader.breakOff(at: outputs.latest) }
        watch.at(reader.current, after: reader.latest)
        if reader.bytes > sandbox.limits.recordBytes { watch.exceed(.records) }
        if reader.breach != nil || reader.finished || watch.excess == .records { break }
      }
      reader.close()
      return reader
    }
    guard await gate.isOpened() else { return nil }
    if outcome.closureResult.bytes == 0, case .exited(let code) = outcome.terminationStatus, code != 0 {
      // The walls speak for themselves before the program does.
      let said = ProgramFile.text(scratch.appendingPathComponent("stderr"))
      let speakers =
        command.filter { $0.hasPrefix("/") }.map { ($0 as NSString).lastPathComponent + ": " } + [
          "\(sandbox.seen(place).executable): "
        ]
      if let line = said.split(separator: "\n").first(where: { line in speakers.contains { line.hasPrefix($0) } }) {
        throw EnvironmentError("the chapters' programs cannot be started: \(line)")
      }
    }
    // The last block may have had no time to say that it began.
    var reader = outcome.closureResult
    if try !outputs.take(from: gate.outside, blocks: chapter.blocks.count) { reader.breakOff(at: outputs.latest) }
    return gather(reader, outputs, outcome.terminationStatus, watch, chapter, scratch, key: gate.key)
  }

  // MARK: What a program finds

  /// Makes the program's folder its own, with the data files in it.
  func put(_ data: [DataFile], into claim: Scratch) throws {
    if !data.isEmpty {
      let folder = claim.own.appendingPathComponent("data")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for file in data { try AtomicFile.writeAtOnce(file.bytes, to: folder.appendingPathComponent(file.name).path) }
    }
    try sandbox.give(claim)
  }

  func environment(_ language: Language) -> [String: String] {
    Sandbox.environment.merging([ProgramEnvironment.language: language.rawValue]) { $1 }
  }

  static func keyed(_ environment: [String: String]) -> [Environment.Key: String] {
    Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) })
  }

  // MARK: What came of it

  private func gather(
    _ reader: RecordReader, _ outputs: Outputs, _ status: TerminationStatus, _ watch: Watch, _ chapter: Chapter,
    _ scratch: URL,
    key: [UInt8]
  ) -> Result {
    var result = Result(record: reader.record, seconds: reader.seconds, passed: reader.passed)
    var replaced = reader.closed
    for block in chapter.blocks where block.mode.isExecuted {
      guard let data = outputs.bytes(.output, of: block.index, limit: sandbox.limits.outputBytes) else {
        if block.mode.place == .script, reader.record.finished.contains(block.index) { replaced.insert(block.index) }
        continue
      }
      if data.count >= sandbox.limits.outputBytes {
        result.faults.append(
          Fault(
            origin: .block(block.index), line: 0, isLimit: true,
            message: "the block printed more than \(sandbox.limits.outputBytes >> 20) MB: print less"))
      }
      if let mark = reader.outputs[block.index], data.count < sandbox.limits.outputBytes,
        mark != OutputMark(of: data, key: key)
      {
        result.faults.append(
          Fault(
            origin: .block(block.index), line: 0, isLimit: false,
            message:
              "what this block printed was changed after it ended: let its children and later blocks leave its "
              + "output alone"
          ))
        continue
      }
      guard let text = String(validating: data, as: UTF8.self) else {
        result.faults.append(
          Fault(
            origin: .block(block.index), line: 0, isLimit: false,
            message: "the block printed bytes that are not UTF-8: print text"))
        continue
      }
      result.record.outputs[block.index] = text
    }
    for (block, signal) in reader.trapped where signal != 0 {
      let report = outputs.bytes(.crash, of: block, limit: 16 << 20).flatMap(code.crash)
      let said = String(decoding: outputs.bytes(.errors, of: block, limit: 1 << 20) ?? Data(), as: UTF8.self)
      let lines = said.split(separator: "\n").compactMap { code.reason(String($0)).map { $0 + "\n" } }.joined()
      result.record.refusals[block] = lines + (report?.failure.map { "Fatal error: \($0)\n" } ?? "")
    }
    for block in replaced.sorted() {
      result.faults.append(
        Fault(
          origin: .block(block), line: 0, isLimit: false,
          message:
            "the block closed or replaced its standard output: what it printed cannot be verified; leave descriptor "
            + "1 and its file alone"
        ))
    }
    for origin in reader.strayFigures {
      result.faults.append(
        Fault(origin: origin, line: 0, isLimit: false, message: "this expression shows a figure: call show in a block"))
    }
    if !reader.finished || reader.breach != nil {
      let fault = ending(reader, status, watch, chapter, scratch)
      // The signal that a limit sends says nothing beyond the limit.
      if !result.faults.contains(where: { $0.isLimit && $0.origin == fault.origin }) { result.faults.append(fault) }
    }
    return result
  }
}
