import ArgumentParser
import Foundation
import WeaveBuild
import WeaveModel
import WeaveSupport

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begins a new book in an empty folder.",
    discussion: """
      The book builds at once: a cover, a chapter that shows each construct, the list of chapters, references, a \
      picture, a file of data, and a workflow that checks the book on GitHub. Nothing is overwritten: a folder that \
      holds anything but a repository's .git is refused.

      EXAMPLE:
        weave init notes --language en
        cd notes && weave serve
      """)

  @Option(help: ArgumentHelp("The language of the book: \(Self.languages).", valueName: "LANGUAGE"))
  var language = Language.standard.rawValue

  @Argument(help: ArgumentHelp("The folder of the new book.", valueName: "FOLDER"), completion: .directory)
  var folder = "."

  private static var languages: String { Language.allCases.map(\.rawValue).joined(separator: " or ") }

  func run() throws {
    guard let language = Language(rawValue: language) else {
      throw UsageError("'\(language)' is not a language of a book's pages: write \(Self.languages)")
    }
    let book = NewBook(language)
    try book.write(to: folder)
    for file in book.files { try Report.say(folder == "." ? file.path : "\(folder)/\(file.path)") }
    let tool = CommandLine.arguments[0]
    let command = tool.contains("/") ? URL(fileURLWithPath: tool).standardizedFileURL.path : tool
    let way = folder == "." ? "" : "cd \(folder) && "
    try Report.say("the book is there: \(way)\(command) build, then open Output/index.html")
  }
}
