import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

/// What changes of the code made of a chapter, as it is kept beside the book.
struct ChapterVacuity: ChapterMeasurement {
  static let (file, version, verb) = ("vacuity.json", 1, "vacuity")
  static let category = Diagnostic.Category.vacuity

  /// Of a bound expression.
  struct Entry: Sendable, Codable {
    var piece: String
    /// How many changes are executed by what it rests on.
    var passed: Int
    /// With how many it does not hold any more.
    var changed: Int
    /// With how many of those that are executed the program stopped before it: they say nothing.
    var stopped: Int?
  }

  /// Of the code and the data that were run.
  var key: String
  /// Of the modules' lists of changes.
  var lists: String
  /// How many changes were tried, and how many of them are the chapter's own numbers.
  var mutations: Int
  var own: Int
  /// How many of its numbers the compiler does not let be changed.
  var dropped: Int
  /// How many runs did not come to their end.
  var stopped: Int
  /// In the program's order.
  var entries: [Entry]
}

extension ChapterVacuity {
  /// By the chapter's own places; nil where they belong to other code or other changes.
  func vacuity(of chapter: Chapter, _ lists: String) -> Vacuity? {
    let links = Program(chapter).links
    guard key == chapter.codeKey, self.lists == lists, links.count == entries.count else { return nil }
    let trials = zip(links, entries).map { ($0.index, Vacuity.Trial(passed: $1.passed, changed: $1.changed)) }
    return Vacuity(
      mutations: mutations, own: own, dropped: dropped, stopped: stopped,
      links: Dictionary(uniqueKeysWithValues: trials))
  }
}

extension Program {
  /// The bound expressions, in the order in which they are evaluated.
  var links: [(index: Int, code: String)] {
    pieces.compactMap { piece in if case .link(let index) = piece.origin { (index, piece.code) } else { nil } }
  }
}

extension Book {
  /// Of the lists of changes that its modules have.
  func mutationsKey(from chapters: URL) -> String {
    let lists = modules.compactMap { module in
      module.mutations.map { list in
        let package = URL(fileURLWithPath: module.package, relativeTo: chapters.absoluteURL).standardizedFileURL
        return Digest(RootedFile(root: package.path, list).read() ?? []).hex
      }
    }
    return String(Digest(lists).hex.prefix(32))
  }
}
