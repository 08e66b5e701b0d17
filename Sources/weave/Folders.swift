import ArgumentParser
import Foundation
import Plot
import WeaveBuild
import WeaveSupport

/// The folders that every verb takes.
struct Folders: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the chapters and of book.yml.", valueName: "DIR"), completion: .directory)
  var chapters = "Chapters"

  @Option(
    name: .customLong("output"),
    help: ArgumentHelp(
      "The folder that the book is written to. (default: Output)",
      discussion: "It may be a link where it is named here; in it, and in the chapters' folder, no link is followed.",
      valueName: "DIR"),
    completion: .directory)
  var namedOutput: String?

  var output: String { namedOutput ?? "Output" }

  /// - Parameter kept: whether earlier results may be used.
  func pipeline(kept: Bool) throws -> Pipeline {
    let kit = URL(fileURLWithPath: CommandLine.executablePath ?? ".").deletingLastPathComponent()
    var pipeline = Pipeline(
      Pipeline.Places(
        chapters: URL(fileURLWithPath: chapters),
        shownAs: chapters.count > 1 && chapters.hasSuffix("/") ? String(chapters.dropLast()) : chapters,
        output: URL(fileURLWithPath: output), kit: kit,
        cache: kept ? kit.appendingPathComponent("weave-cache") : nil),
      figureStyle: Figure.stylesheet)
    pipeline.places.isOutputNamed = namedOutput != nil
    pipeline.warn = { Report.complain("weave: warning: \($0)") }
    return pipeline
  }
}
