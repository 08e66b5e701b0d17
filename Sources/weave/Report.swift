import ArgumentParser
import Foundation
import WeaveCore

/// How the command speaks: results on standard output, faults on standard error.
enum Report {
  static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
  static func complain(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  static func diagnostics(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { complain(diagnostic.line) }
  }

  static func chapters(_ outcome: Pipeline.Outcome) {
    for result in outcome.chapters {
      let numbers = result.evidence.values.count { if case .number = $0 { true } else { false } }
      let claims = result.evidence.values.count { if case .claim = $0 { true } else { false } }
      let blocks = result.chapter.blocks.count { $0.mode != .show }
      let state = result.isGood ? (result.fromCache ? "as before" : "run") : "wrong"
      say("\(result.chapter.name): \(state), \(blocks) blocks, \(numbers) numbers, \(claims) claims hold")
    }
  }

  /// Throws exit status 1 where the book has errors.
  static func conclude(_ outcome: Pipeline.Outcome) throws {
    guard outcome.hasErrors else { return }
    let count = outcome.diagnostics.count { $0.severity == .error }
    complain("\(count) \(count == 1 ? "error" : "errors")")
    throw ExitCode(1)
  }
}

extension Weave {
  /// Ends the command: status 2 for a wrong call or environment, the library's own for help and version.
  static func finish(_ error: any Error) -> Never {
    if let environment = error as? EnvironmentError {
      Report.complain("weave: \(environment)")
      Foundation.exit(2)
    }
    if let diagnostic = error as? Diagnostic {
      Report.complain(diagnostic.line)
      Foundation.exit(1)
    }
    let status = exitCode(for: error)
    if status.isSuccess { exit(withError: error) }
    Report.complain(fullMessage(for: error))
    Foundation.exit(2)
  }
}
