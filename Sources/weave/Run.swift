import ArgumentParser
import Foundation
import WeaveBuild
import WeaveModel
import WeaveRun
import WeaveSupport

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a chapter's program, or one that a page offers.",
    discussion: """
      Compiles the program against the book's modules and runs it: what its blocks print appears as it is printed, and \
      each figure goes into a file that a browser opens, PROGRAM-figure-1.html and so on. Nothing is verified. The \
      program runs after the same walls as when the book is woven, without a limit on its time: Ctrl-C ends it. The \
      status is 1 where it does not compile, or stops before its end.

      EXAMPLE:
        weave run lecture-06
        weave run lecture-06 --through softmax-demo
        weave run ~/Downloads/lecture-06.swift --figures ~/Desktop
      """)

  @OptionGroup var folders: Folders
  @Option(
    help: ArgumentHelp("The last block that runs, by its #id; what stands above it runs, too.", valueName: "ID"))
  var through: String?
  @Option(help: ArgumentHelp("The folder for the figures.", valueName: "DIR"), completion: .directory)
  var figures = "."
  @Argument(
    help: ArgumentHelp("A chapter's name, without .md; or a file that ends in .swift.", valueName: "PROGRAM"),
    completion: .file(extensions: ["swift"]))
  var program: String

  func run() async throws {
    let pipeline = try folders.pipeline(kept: true)
    let book = try pipeline.read()
    let chosen = try chosen(of: book)
    let outcome = try await pipeline.run(chosen, of: book) { said in
      switch said {
      case .output(let line): try Report.say(line)
      case .error(let line): Report.complain(line)
      }
    }
    if let refusal = outcome.refusal {
      Report.complain(lines: refusal.split(separator: "\n").map(String.init))
      throw ExitCode(1)
    }
    let stem = (chosen.file as NSString).lastPathComponent.split(separator: ".")[0]
    for (index, page) in outcome.figures.enumerated() {
      let name = "\(stem)-figure-\(index + 1).html"
      let file = URL(fileURLWithPath: figures).appendingPathComponent(name)
      do { try Data(page.utf8).write(to: file, options: .atomic) } catch {
        throw EnvironmentError("cannot write \(file.relativePath): \(error.localizedDescription)")
      }
      Report.complain("a figure is in \(figures == "." ? name : file.relativePath)")
    }
    if let fault = outcome.fault {
      Report.complain("weave: \(fault)")
      throw ExitCode(1)
    }
  }

  private func chosen(of book: Book) throws -> Pipeline.LooseProgram {
    if program.hasSuffix(".swift") {
      guard through == nil else { throw UsageError("a file runs as a whole: give --through with a chapter's name") }
      guard let bytes = FileManager.default.contents(atPath: program) else {
        throw UsageError("there is no file '\(program)' that can be read")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw UsageError("\(program) is not UTF-8") }
      return Pipeline.LooseProgram(text: text, file: (program as NSString).lastPathComponent)
    }
    guard let chapter = book.chapters.first(where: { $0.name == program }) else {
      throw UsageError(noChapter: program, in: book.chapters.map(\.name))
    }
    let last = try through.map { id in
      guard let block = chapter.blocks.first(where: { $0.attributes.id == id }) else {
        let known = chapter.blocks.compactMap(\.attributes.id)
        let names = known.isEmpty ? "none with an id" : known.joined(separator: ", ")
        throw UsageError("there is no block #\(id) in \(program): it has \(names)")
      }
      return block.index
    }
    return Pipeline.LooseProgram(text: chapter.tangled(book.language.words, through: last), file: "\(program).swift")
  }
}
