import Foundation
import WeaveBuild
import WeaveModel
import WeaveParse

/// Pages of damaged books that hold all the same, for a browser to open.
struct FuzzedPages {
  let count: Int
  let seed: UInt64
  let folder: String

  /// Writes `seed.html` for each, `clean.html` of an undamaged chapter, and what the pages load.
  func write() throws {
    let manager = FileManager.default, place = URL(fileURLWithPath: folder)
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    try manager.copyItem(
      at: Corpus.root.appendingPathComponent("Output/assets"), to: place.appendingPathComponent("assets"))
    let chapter = ChapterReader(Source(path: "Chapters/one.md", text: "---\ntitle: 題\n---\n\n本文。\n"), name: "one")
      .chapter
    for file in try Rehearsal(Book("本", chapters: [chapter]), records: [:], misread: [], diagram: { $0 }).files
    where file.path == "one.html" {
      try Data(file.bytes).write(to: place.appendingPathComponent("clean.html"))
    }
    var made = 0, next = seed
    while made < count {
      defer { next &+= 1 }
      var mutator = Mutator(seed: next)
      let woven = try mutator.below(6) == 0 ? FigureCase(&mutator).woven() : Self.book(&mutator)
      guard woven.good.contains("one"), let page = woven.files.first(where: { $0.path == "one.html" }) else { continue }
      try Data(page.bytes).write(to: place.appendingPathComponent("\(next).html"))
      made += 1
    }
    say("\(made) pages of \(next &- seed) cases")
  }

  private static func book(_ mutator: inout Mutator) throws -> Rehearsal {
    let (book, diagnostics) = try BookCase(&mutator, hostile: 9).read()
    return try BookCase.woven(book, Set(diagnostics.filter { $0.severity == .error }.map(\.file)))
  }
}
