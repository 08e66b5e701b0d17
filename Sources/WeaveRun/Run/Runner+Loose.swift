import ChapterProtocol
import Foundation
import Subprocess
import SystemPackage
import WeaveModel
import WeaveSupport

/// Programs that record nothing, as a reader has them.
extension Runner {
  /// A line that a program said.
  package enum Said: Sendable { case output(String), error(String) }

  package struct LooseResult: Sendable {
    /// The figures that it showed, as it drew them.
    package var figures: [String] = []
    /// Why it did not come to a good end; nil where it did.
    package var fault: String?
  }

  /// Processor seconds that nobody waits for: who runs a program by hand ends it by hand.
  private static let withoutEnd = 1e6

  /// Runs the executable in `claim` after the same walls as a chapter's, and with the same limits but that on its time.
  /// - Parameter say: told of each line as soon as it is there.
  package func run(
    loose claim: Scratch, data: [DataFile], _ language: Language, say: @escaping @Sendable (Said) throws -> Void
  ) async throws -> LooseResult {
    try put(data, into: claim)
    let command = sandbox.command(Sandbox.Program(of: claim), slot: claim.number)
    var limits = sandbox.limits
    limits.seconds = Self.withoutEnd
    let watch = Watch(limits)
    var options = PlatformOptions()
    options.createSession = true
    let outcome = try await Subprocess.run(
      .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
      environment: .custom(Self.keyed(environment(language))), workingDirectory: FilePath(claim.own.path),
      platformOptions: options, input: .none, output: .sequence, error: .sequence
    ) { execution in
      let group = execution.processIdentifier.value
      let outputs = Outputs()
      let guardian = Task {
        for round in 0... {
          try await Task.sleep(for: .milliseconds(20))
          watch.look(round: round, at: group, walls: sandbox.generations, in: claim.own, outputs)
          if watch.excess != nil { sandbox.end(group, slot: claim.number) }
        }
      }
      defer {
        guardian.cancel()
        sandbox.end(group, slot: claim.number)
      }
      async let errors: Void = Self.lines(of: execution.standardError) { try say(.error($0)) }
      try await Self.lines(of: execution.standardOutput) { try say(.output($0)) }
      try await errors
    }
    var result = LooseResult(fault: fault(outcome.terminationStatus, watch))
    while let svg = ProgramFile.bytes(
      claim.own.appendingPathComponent(ProgramFigure.file(result.figures.count + 1)),
      limit: sandbox.limits.recordBytes)
    {
      result.figures.append(String(decoding: svg, as: UTF8.self))
    }
    return result
  }

  private func fault(_ status: TerminationStatus, _ watch: Watch) -> String? {
    if let excess = watch.excess { return "the program \(words(excess))" }
    let signal: Int32
    switch status {
    case .exited(0): return nil
    // bubblewrap tells a signal as 128 + its number.
    case .exited(let code) where code <= 128: return "the program ended with status \(code)"
    case .exited(let code): signal = code - 128
    case .signaled(let number): signal = number
    }
    return "the program was stopped: \(String(cString: strsignal(signal)))"
  }

  /// What comes without a line's end for so long is a line.
  private static let longestLine = 1 << 20

  private static func lines(of output: SubprocessOutputSequence, say: (String) throws -> Void) async throws {
    var pending: [UInt8] = []
    for try await buffer in output {
      buffer.withUnsafeBytes { pending += $0 }
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) ?? (pending.count > longestLine ? longestLine : nil) {
        try say(String(decoding: pending[..<end], as: UTF8.self))
        pending.removeFirst(end + (pending[end] == UInt8(ascii: "\n") ? 1 : 0))
      }
    }
    if !pending.isEmpty { try say(String(decoding: pending, as: UTF8.self)) }
  }
}
