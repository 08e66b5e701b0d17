import ArgumentParser
import Foundation
import WeaveCore

/// How the command speaks: results on standard output, faults on standard error; as JSON, all on standard output.
struct Report {
  var json = false
  private let progress = ProgressLine()
  private let isOnGitHub = ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true"

  init(json: Bool = false) { self.json = json }

  // MARK: Text

  static func say(_ text: String) throws(EnvironmentError) { try StandardStream.output.write(text + "\n") }
  /// Where that cannot be heard, there is nothing left but the exit status.
  static func complain(_ text: String) { try? StandardStream.error.write(text + "\n") }

  /// For a person: nothing of it is said in JSON.
  func say(_ text: String) throws(EnvironmentError) { if !json { try Self.say(text) } }
  func complain(_ text: String) { if !json { Self.complain(text) } }

  // MARK: The book

  /// Weaves with a progress line on a terminal, erased at the end.
  func weave(_ pipeline: Pipeline, rendering: Bool, auditing: Bool = false) async throws -> Pipeline.Outcome {
    var pipeline = pipeline
    pipeline.progress = progress.tell
    defer { progress.erase() }
    return try await pipeline.weave(rendering: rendering, auditing: auditing)
  }

  /// Brings the output folder up to date, with the same line.
  func build(_ pipeline: Pipeline) async throws -> (Pipeline.Outcome, OutputFolder.Report) {
    var pipeline = pipeline
    pipeline.progress = progress.tell
    defer { progress.erase() }
    return try await pipeline.build()
  }

  func diagnostics(_ diagnostics: [Diagnostic]) throws(EnvironmentError) {
    for diagnostic in diagnostics {
      if json {
        try JSONLine(diagnostic).write()
      } else {
        Self.complain(diagnostic.line)
      }
      // Standard output is where the runner looks for commands; where that is JSON's, it reads standard error as well.
      guard isOnGitHub else { continue }
      if json { Self.complain(diagnostic.annotation) } else { try Self.say(diagnostic.annotation) }
    }
  }

  func chapters(_ outcome: Pipeline.Outcome) throws(EnvironmentError) {
    var lines: [String] = []
    for result in outcome.summaries {
      let counts = result.counts
      let state = result.isGood ? (result.fromCache ? "as before" : "run") : "wrong"
      if json {
        try JSONLine(type: "chapter", ["name": .text(result.name), "state": .text(state), "blocks": .number(counts.blocks), "numbers": .number(counts.numbers), "claims": .number(counts.claims)]).write()
      } else {
        lines.append("\(result.name): \(state), \(counts.blocks) blocks, \(counts.numbers) numbers, \(counts.claims) claims hold")
      }
    }
    // At once: a terminal that is told five hundred times is waited for.
    if !lines.isEmpty { try Self.say(lines.joined(separator: "\n")) }
  }

  /// The last line; throws exit status 1 where there are errors.
  func conclude(_ diagnostics: [Diagnostic], _ facts: [String: JSONLine.Value] = [:]) throws {
    let errors = diagnostics.count { $0.severity == .error }
    if json {
      let counts: [String: JSONLine.Value] = ["errors": .number(errors), "warnings": .number(diagnostics.count - errors)]
      try JSONLine(type: "summary", facts.merging(counts) { _, count in count }).write()
    }
    guard errors > 0 else { return }
    complain("\(errors) \(errors == 1 ? "error" : "errors")")
    throw ExitCode(1)
  }
}

/// A call that makes no sense; the usage need not be told for it.
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }

  /// For a chapter that is not in the book.
  init(noChapter name: String, in book: [String]) {
    self.init("there is no chapter '\(name)': the book has \(book.joined(separator: ", "))")
  }
}

extension Weave {
  /// Ends the command: status 2 for a wrong call or environment, the library's own for help and version.
  static func finish(_ error: any Error) -> Never {
    switch error {
    case is EnvironmentError, is UsageError:
      Report.complain("weave: \(error)")
      Foundation.exit(2)
    case let diagnostic as Diagnostic:
      try? Report().diagnostics([diagnostic])
      Foundation.exit(1)
    default:
      let status = exitCode(for: error)
      if status.isSuccess {
        // Help, the version, a script for the shell: what was asked for, so it must arrive.
        do { try Report.say(fullMessage(for: error)) } catch { finish(error) }
        Foundation.exit(0)
      }
      // The parser's messages are its own; what anything else says is said in one line.
      let isUsage = status == .validationFailure
      Report.complain(isUsage ? fullMessage(for: error) : "weave: \(error.localizedDescription)")
      Foundation.exit(2)
    }
  }
}
