import ArgumentParser
import WeaveRun

struct Tangle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the Swift program of a chapter.",
    discussion: """
      All run blocks in the order of the page, as a reader would write them into one file. Nothing is compiled.
      With --instrumented the very program that weave compiles: with the bound expressions, and with the calls that \
      tell outputs and values apart.

      EXAMPLE:
        weave tangle lecture-06 > lecture-06.swift
      """)

  @OptionGroup var folders: Folders
  @Flag(help: "Print the program as weave compiles it.") var instrumented = false
  @Argument(help: ArgumentHelp("The chapter's name, without .md.", valueName: "CHAPTER")) var chapter: String

  func run() async throws {
    let book = try folders.pipeline(kept: false).read()
    guard let found = book.chapters.first(where: { $0.name == chapter }) else {
      throw UsageError(noChapter: chapter, in: book.chapters.map(\.name))
    }
    try Report.say(program: instrumented ? Program(found).text : found.tangled(book.language.words))
  }
}
