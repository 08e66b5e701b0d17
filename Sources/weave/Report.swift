import ArgumentParser
import Foundation
import WeaveBuild
import WeaveModel
import WeaveRender
import WeaveSupport

/// How the command speaks: results on standard output, faults on standard error; as JSON, all on standard output.
struct Report {
  var json = false
  private let progress = ProgressLine()
  private static let isOnGitHub = ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true"

  init(json: Bool = false) { self.json = json }

  // MARK: Text

  /// One line each; all that the command prints goes through here, made harmless.
  static func say(_ line: String) throws(EnvironmentError) { try write([Line.plain(line)], to: .output) }
  static func say(lines: [String]) throws(EnvironmentError) { try write(lines.map(Line.plain), to: .output) }
  static func say(json: String) throws(EnvironmentError) { try write([Line.json(json)], to: .output) }
  /// Where that cannot be heard, there is nothing left but the exit status.
  static func complain(_ line: String) { try? write([Line.plain(line)], to: .error) }
  static func complain(lines: [String]) { try? write(lines.map(Line.plain), to: .error) }

  /// A program, byte for byte: the reader lets nothing into a chapter that a terminal obeys. Throws where GitHub's
  /// runner reads along and would obey a line of it.
  static func say(program: String) throws {
    var status = stat()
    let isFile = fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    if isOnGitHub, !isFile, Line.holdsCommand(program) {
      throw UsageError(
        "the program holds lines that GitHub's runner would obey: write it into a file, weave tangle … > program.swift")
    }
    try write([program], to: .output)
  }

  /// At once: a terminal that is told five hundred times is waited for.
  private static func write(_ lines: [String], to stream: StandardStream) throws(EnvironmentError) {
    if !lines.isEmpty { try stream.write(lines.map { $0 + "\n" }.joined()) }
  }

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

  /// Does what is counted, with its count on a terminal.
  func counting(_ noun: String, _ work: (@escaping Pipeline.Counting) async throws -> Void) async throws {
    defer { progress.erase() }
    try await work { done, all in progress.count(done, of: all, noun) }
  }

  func diagnostics(_ diagnostics: [Diagnostic]) throws(EnvironmentError) {
    for diagnostic in diagnostics {
      if json {
        try JSONLine(diagnostic).write()
      } else {
        Self.complain(diagnostic.line)
      }
      // Standard output is where the runner looks for commands; where that is JSON's, it reads standard error as well.
      guard Self.isOnGitHub else { continue }
      let command = [Line.command(diagnostic.annotation)]
      if json { try? Self.write(command, to: .error) } else { try Self.write(command, to: .output) }
    }
  }

  func chapters(_ outcome: Pipeline.Outcome) throws(EnvironmentError) {
    var lines: [String] = []
    for result in outcome.summaries {
      let counts = result.counts
      let state = result.isGood ? (result.fromCache ? "as before" : "run") : "wrong"
      if json {
        try JSONLine(
          type: "chapter",
          [
            "name": .text(result.name), "state": .text(state), "blocks": .number(counts.blocks),
            "numbers": .number(counts.numbers), "claims": .number(counts.claims),
          ]
        ).write()
      } else {
        lines.append(
          "\(result.name): \(state), \(counts.blocks) blocks, \(counts.numbers) numbers, \(counts.claims) claims hold")
      }
    }
    try Self.say(lines: lines)
  }

  /// The last line; throws exit status 1 where there are errors.
  func conclude(_ diagnostics: [Diagnostic], _ facts: [String: JSONLine.Value] = [:]) throws {
    let errors = diagnostics.count { $0.severity == .error }
    if json {
      let counts: [String: JSONLine.Value] = [
        "errors": .number(errors), "warnings": .number(diagnostics.count - errors),
      ]
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
        do { try StandardStream.output.write(fullMessage(for: error) + "\n") } catch { finish(error) }
        Foundation.exit(0)
      }
      // The parser's messages are its own; what anything else says is said in one line.
      let words = status == .validationFailure ? fullMessage(for: error) : "weave: \(error.localizedDescription)"
      Report.complain(lines: words.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
      Foundation.exit(2)
    }
  }
}
