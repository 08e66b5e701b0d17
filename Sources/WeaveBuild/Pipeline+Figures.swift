import Foundation
import WeaveModel
import WeaveRender
import WeaveRun
import WeaveSupport

/// The live figures of a book: what moves with them, and the module that its pages load.
struct FigurePart {
  private let programs: [String: LiveProgram]
  /// Of those that were read and of those that were left alone.
  private let sources: [FigureCompiler.Source]
  private let plan: Plan

  init(_ plan: Plan) {
    self.plan = plan
    programs = Dictionary(uniqueKeysWithValues: plan.book.chapters.map { ($0.name, LiveProgram($0)) })
    sources = plan.frame.chapters.compactMap { [programs] entry in
      let text = programs[entry.name]?.text ?? plan.known[entry.name]?.figures ?? ""
      return text.isEmpty ? nil : FigureCompiler.Source(chapter: entry.name, text: text)
    }
  }

  /// By block: the links that move with its figure.
  func moving(in chapter: Chapter) -> [Int: [Int]] {
    Dictionary(uniqueKeysWithValues: programs[chapter.name]!.figures.map { ($0.block, $0.links) })
  }

  struct Module {
    var files: [OutputFile] = []
    var isStale = false
    var diagnostics: [String: [Diagnostic]] = [:]
  }

  /// The module's scripts. Where that in the output folder was made of the same, it stands: so a fresh clone compiles
  /// none. What cannot be compiled is said of its chapter.
  func module(
    _ places: Pipeline.Places, _ cache: Cache, _ output: OutputFolder, _ compiling: Pipeline.FigureCompiling
  ) async throws -> Module {
    if sources.isEmpty { return Module() }
    let language = plan.frame.language
    let found = output.file(Assets.figureCode).read()
    func making(_ level: FigureCompiler.Level) throws -> FigureCompiler {
      try FigureCompiler(
        sources, kit: places.kit, modules: plan.book.modules, from: places.chapters, language, level, cache: cache)
    }
    var compiler = try making(.small)
    if let standing = FigureScript(found, key: compiler.key) {
      return Module(files: Assets.figureFiles(language, module: standing.bytes))
    }
    if case .now = compiling {
    } else {
      compiler = try making(.quick)
      if let standing = FigureScript(found, key: compiler.key) {
        return Module(files: Assets.figureFiles(language, module: standing.bytes))
      }
      if case .later = compiling {
        return Module(files: Assets.figureFiles(language, module: found ?? []), isStale: true)
      }
    }
    do {
      let script = try FigureScript(wasm: try await compiler.compile(), key: compiler.key)
      return Module(files: Assets.figureFiles(language, module: script.bytes))
    } catch let refusal as FigureCompiler.Refusal {
      return Module(diagnostics: try diagnostics(of: refusal))
    }
  }

  private func diagnostics(of refusal: FigureCompiler.Refusal) throws -> [String: [Diagnostic]] {
    var found: [String: [Diagnostic]] = [:]
    for chapter in plan.book.chapters {
      let own = refusal.diagnostics(in: chapter)
      if !own.isEmpty { found[chapter.name] = own }
    }
    if !found.isEmpty { return found }
    // The linker names no line: the figure is meant that uses the name.
    for chapter in plan.book.chapters {
      guard let name = refusal.missing,
        let block = programs[chapter.name]!.block(using: name).map({ chapter.blocks[$0] })
      else { continue }
      let message =
        "cannot be compiled for the page: \(block.label) rests on '\(name)', which no page has: use what the book's "
        + "modules give, or take live out"
      return [
        chapter.name: [
          Diagnostic(.compile, chapter.source.path, Position(line: block.fenceLine, column: 1), message)
        ]
      ]
    }
    throw EnvironmentError("the live figures cannot be compiled: \(refusal.other ?? "the compiler gives no reason")")
  }
}

/// The book's module as a script, since no page that is a file may fetch one: packed, after a line that says what it
/// was made of and holds it against that.
struct FigureScript {
  let bytes: [UInt8]

  /// Nil where it is missing, torn, or made of something else.
  init?(_ standing: [UInt8]?, key: String) {
    guard let standing, let end = standing.firstIndex(of: 10) else { return nil }
    guard standing[..<end].elementsEqual(Self.head(key, standing[(end + 1)...]).utf8) else { return nil }
    bytes = standing
  }

  init(wasm: [UInt8], key: String) throws {
    let packed = Data(try ZipArchive.deflated(wasm)).base64EncodedString()
    let body = "window.bookFigures = \"\(packed)\";\n"
    bytes = Array("\(Self.head(key, Array(body.utf8)[...]))\n\(body)".utf8)
  }

  private static func head(_ key: String, _ body: ArraySlice<UInt8>) -> String { "// \(key) \(Digest(body).hex)" }
}

extension Pipeline {
  /// What a chapter's program does with the parameters of its live figures at other steps, run after run: for tests
  /// that hold the page's module against it.
  package func figureRuns(
    of name: String, _ settings: @Sendable (_ printed: RunRecord) -> [[Int: [Int]]]
  ) async throws -> (chapter: Chapter, printed: RunRecord, others: [(steps: [Int: [Int]], record: RunRecord)]) {
    let book = try read()
    guard let chapter = book.chapters.first(where: { $0.name == name }) else {
      throw EnvironmentError("the book has no chapter \(name)")
    }
    let runner = try await variationRunner(book)
    let scratch = try Scratch.claim()
    defer { scratch.discard() }
    let product = try await runner.compile(chapter, in: scratch)
    guard product.executable != nil, product.removed.isEmpty else {
      throw EnvironmentError("\(chapter.source.path) does not compile: run 'weave build', which says why")
    }
    func record(at steps: [Int: [Int]]) async throws -> RunRecord {
      let result = try await runner.result(of: chapter, scratch.executable, .parameters(steps))
      if let fault = result.faults.first { throw EnvironmentError("\(name) stops at \(steps): \(fault.message)") }
      return result.record
    }
    let printed = try await record(at: [:])
    var others: [(steps: [Int: [Int]], record: RunRecord)] = []
    for steps in settings(printed) { others.append((steps, try await record(at: steps))) }
    return (chapter, printed, others)
  }
}
