import Synchronization
import WeaveModel
import WeaveParse
import WeaveRun
import WeaveSupport

/// The chapters whose sections were compiled in this session.
final class PreparedChapters: Sendable {
  private let names = Mutex<Set<String>>([])

  func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
  func insert(_ name: String) { names.withLock { _ = $0.insert(name) } }
}

extension Pipeline {
  /// Compiles the sections of chapters that were not prepared in this session, while nothing else is to be done: the
  /// first edit of each is then compiled as later ones are.
  func prepare(_ prepared: PreparedChapters) {
    guard reusesSections, caches.book.keeps else { return }
    idle.add { [self] in
      // What does not come of it costs the next edit time, not truth.
      guard let book = try? read(),
        let tools = try? await BuildTools(places, caches, book.modules, rendering: false)
      else { return }
      for chapter in book.chapters where !prepared.contains(chapter.name) && !Task.isCancelled {
        guard let scratch = try? Scratch.claim() else { return }
        defer { scratch.discard() }
        try? await tools.language.prepare(chapter, in: scratch.folder, keeping: caches.book)
        if !Task.isCancelled { prepared.insert(chapter.name) }
      }
    }
  }

  /// By file name, for chapters among these files: what their programs are made of.
  func codes(in files: Set<String>) -> [String: String] {
    guard var reader = try? self.reader() else { return [:] }
    let chapters = reader.chapters(reader.names.filter { files.contains("\($0).md") })
    return Dictionary(uniqueKeysWithValues: chapters.map { ("\($0.name).md", $0.codeKey) })
  }
}
