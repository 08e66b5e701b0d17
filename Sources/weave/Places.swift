import ArgumentParser
import Foundation
import Plot
import WeaveCore

/// The folders that every verb takes.
struct Places: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the chapters and of book.yml.", valueName: "DIR"))
  var chapters = "Chapters"

  @Option(help: ArgumentHelp("The folder that the book is written to.", valueName: "DIR"))
  var output = "Output"

  /// - Parameter kept: whether earlier results may be used.
  func pipeline(kept: Bool) throws -> Pipeline {
    let tool = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let executable = FileManager.default.fileExists(atPath: tool.path) ? tool : URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let kit = executable.deletingLastPathComponent()
    return Pipeline(
      Pipeline.Places(
        chapters: URL(fileURLWithPath: chapters), shownAs: chapters.hasSuffix("/") ? String(chapters.dropLast()) : chapters,
        output: URL(fileURLWithPath: output), kit: kit,
        cache: kept ? kit.appendingPathComponent("weave-cache") : nil),
      figureStyle: Figure.stylesheet)
  }
}
