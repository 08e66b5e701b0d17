import ArgumentParser
import WeaveCore

struct Tangle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the Swift program of a chapter.")

  @OptionGroup var places: Places
  @Argument(help: "The chapter's name, without .md.") var chapter: String

  func run() async throws {
    let book = try places.pipeline(kept: false).read()
    guard let found = book.chapters.first(where: { $0.name == chapter }) else {
      throw ValidationError("there is no chapter '\(chapter)': the book has \(book.chapters.map(\.name).joined(separator: ", "))")
    }
    Report.say(found.tangled)
  }
}
