import Foundation
import WeaveModel
import WeaveSupport

/// A language in which blocks are written: how a chapter becomes a program, a program an executable, and how what its
/// compiler and its crashes say finds its place in the chapter. `SwiftLanguage` is one.
package protocol ProgrammingLanguage: Sendable {
  /// Compiler, options and libraries: where two have the same key, the same program does the same.
  var key: String { get }
  /// What its programs load besides the system's libraries, by path: it is shown to them within the walls.
  var loaded: [String] { get }

  /// The program's source as the compiler sees it: what a program does depends on it and on `key`.
  func text(of program: Program) -> String

  /// What stands in the program and may not: it could change the steps around it.
  func refusals(in program: Program, of chapter: Chapter) -> [Diagnostic]

  /// Compiles a chapter in `folder`; takes out what does not compile and goes on with the rest.
  /// - Parameters:
  ///   - withPlaces: whether a crash of the program is to tell its line.
  ///   - cache: parts that were compiled earlier and may be used; none where the whole is the judge.
  ///   - asWhole: called when they are not enough, and the whole is compiled.
  func compile(
    _ chapter: Chapter, in folder: URL, withPlaces: Bool, reusing cache: Cache, asWhole: @Sendable () -> Void
  ) async throws -> CompiledChapter

  /// Compiles, while there is time, what a later `compile` with the same `cache` may use; `folder` is for files on the
  /// way.
  func prepare(_ chapter: Chapter, in folder: URL, keeping cache: Cache) async throws

  /// Compiles a program that a reader has, in `folder`; no executable and the compiler's words where it refuses.
  /// - Parameter file: what its lines are named by.
  func compile(loose program: String, file: String, in folder: URL) async throws -> (executable: URL?, said: String)

  /// Variables of the environment that make a program leave a report at `path` where it crashes.
  func environment(reportingTo path: String) -> [String: String]

  /// Reads such a report; nil where it is not one.
  func crash(_ report: Data) -> Crash?

  /// A line that a crashing program says of itself, without places that mean nothing to a reader; nil where it is only
  /// the language's own noise.
  func reason(_ line: String) -> String?
}

/// What a compiler made of a chapter.
package struct CompiledChapter: Sendable {
  /// Nil where nothing was left to run.
  package var executable: URL?
  /// Pieces that do not compile, and those that use what they declare.
  package var removed: Set<CodeOrigin> = []
  package var diagnostics: [CompilerDiagnostic] = []
  /// By block index: what the compiler said to a `fail` block.
  package var refusals: [Int: String] = [:]
  /// Where its sections were compiled apart; a crash of such a program always tells its line.
  package var sections: Sections?
  /// Why not, in words, where that was tried.
  package var asOneFile: String?

  /// Of a chapter of which nothing is to be run.
  package init() {}

  package struct Sections: Sendable {
    /// How many had to be compiled.
    package var compiled: Int
    package var all: Int
  }
}

/// Where and how a program crashed.
package struct Crash: Sendable {
  /// The kind of failure.
  package var failure: String?
  /// The first of the chapter's own pieces on the stack, and the line in it.
  package var origin: CodeOrigin?
  package var line = 1

  package init() {}
}
