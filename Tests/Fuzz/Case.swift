import Foundation
import WeaveBuild

/// One case: what it is follows from its seed.
struct Case {
  struct Outcome {
    enum Fate: String { case refused, read, woven }
    var kind: String
    var fate: Fate
    var faults: [String] = []
  }

  let seed: UInt64

  private enum Kind {
    case figure(FigureCase)
    case record(RecordCase)
    case book(BookCase)
  }

  private var kind: Kind {
    var mutator = Mutator(seed: seed)
    switch mutator.below(20) {
    case 0..<2: return .figure(FigureCase(&mutator))
    case 2..<4: return .record(RecordCase(&mutator))
    default: return .book(BookCase(&mutator))
    }
  }

  func judged() -> Outcome {
    switch kind {
    case .figure(let figure): figure.judged()
    case .record(let record): record.judged()
    case .book(let book): book.judged()
    }
  }

  /// Writes what goes in and what comes out into a folder, to be looked at.
  func show(in folder: String) throws {
    func write(_ files: [(String, [UInt8])]) throws {
      for (path, bytes) in files {
        let place = URL(fileURLWithPath: folder).appendingPathComponent(path)
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: place)
      }
    }
    var woven: Rehearsal?
    switch kind {
    case .record(let record): try write([("record", record.arriving)])
    case .figure(let figure):
      try write([("figure.svg", Array(figure.svg.utf8))])
      woven = try figure.woven()
    case .book(let book):
      try write(book.files.map { ("Chapters/\($0.key)", $0.value) })
      let (read, diagnostics) = try book.read()
      for diagnostic in diagnostics { say(diagnostic.line) }
      woven = try BookCase.woven(read, Set(diagnostics.filter { $0.severity == .error }.map(\.file)))
    }
    guard let woven else { return }
    for diagnostic in woven.diagnostics { say(diagnostic.line) }
    try write((woven.files + ((try? woven.epub()) ?? [])).map { ("Output/\($0.path)", $0.bytes) })
  }
}
