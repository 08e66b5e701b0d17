import ArgumentParser
import Dispatch
import Foundation
import WeaveBuild
import WeaveModel
import WeaveSupport

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the book in a browser while it is written.",
    discussion: """
      Builds, watches the chapters, builds again after each edit, and brings the new text into the open pages; \
      errors are shown over the page until they are mended, warnings here alone. Listens on 127.0.0.1 only. Output/ is \
      brought up to date as build does it, and holds the drafts until the next build. Ctrl-C ends.

      EXAMPLE:
        weave serve --port 8080
      """)

  @OptionGroup var folders: Folders
  @Option(help: ArgumentHelp("The port; 0 takes any that is free.", valueName: "N"))
  var port: UInt16 = 4006

  func run() async throws {
    let folder = folders.output
    let progress = ProgressLine()
    var pipeline = try folders.pipeline(kept: true)
    pipeline.progress = progress.tell
    pipeline.mayIdle = true
    pipeline.showsDrafts = true
    let server = PreviewServer(pipeline, port: port) { event in
      progress.erase()
      try Self.say(event, folder)
    }
    let serving = Task { try await server.run() }
    let signals = Self.onInterrupt { serving.cancel() }
    defer { withExtendedLifetime(signals) {} }
    do {
      try await serving.value
    } catch is CancellationError {
      progress.erase()
    }
  }

  private static func say(_ event: PreviewServer.Event, _ folder: String) throws {
    let report = Report()
    switch event {
    case .listening(let address): try Report.say("the book is at \(address) (Ctrl-C ends)")
    case .building(let changed):
      if !changed.isEmpty { try Report.say("changed: \(changed.sorted().joined(separator: ", "))") }
    case .built(let outcome, let files, let seconds):
      try report.diagnostics(outcome.diagnostics)
      let errors = outcome.diagnostics.count { $0.severity == .error }
      let state = errors == 0 ? "good" : "\(errors) \(errors == 1 ? "error" : "errors")"
      let time = String(format: "%.2f s", seconds)
      try Report.say("\(folder): \(state), \(files.written.count) written, \(files.removed.count) removed, \(time)")
    case .failed(let error):
      if let diagnostic = error as? Diagnostic {
        try report.diagnostics([diagnostic])
      } else {
        Report.complain("weave: \(error)")
      }
    }
  }

  /// The first interrupt ends in order, the second at once.
  private static func onInterrupt(_ end: @escaping @Sendable () -> Void) -> [any DispatchSourceSignal] {
    [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        end()
        signal(number, SIG_DFL)
      }
      source.resume()
      return source
    }
  }
}
