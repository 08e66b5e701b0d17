import WeaveBuild
import WeaveModel
import WeaveParse

/// A figure or a diagram from a page, damaged, as a chapter's program would show it.
struct FigureCase {
  let svg: String
  private let table: [[String]]
  private let isDiagram: Bool

  init(_ mutator: inout Mutator) {
    var bytes = Array(
      (Corpus.smallFigures.isEmpty ? "<svg viewBox=\"0 0 9 9\"><g/></svg>" : mutator.pick(Corpus.smallFigures)).utf8)
    for _ in 0...mutator.below(4) {
      switch mutator.below(3) {
      case 0: mutator.damage(&bytes, with: Array(mutator.pick(Corpus.smallFigures).utf8))
      case 1:
        // Between two elements.
        let places = bytes.indices.filter { bytes[$0] == UInt8(ascii: "<") }
        bytes.insert(contentsOf: mutator.pick(Hostile.svg).utf8, at: places.isEmpty ? 0 : mutator.pick(places))
      default:
        // In a value or in its place.
        let places = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\"") }
        bytes.insert(
          contentsOf: mutator.pick(Hostile.svg).utf8, at: places.isEmpty ? 0 : mutator.pick(places) + mutator.below(2))
      }
    }
    svg = String(decoding: bytes, as: UTF8.self)
    table = [["a", mutator.pick(Hostile.html)], [mutator.pick(Hostile.svg), "2"]]
    isDiagram = mutator.below(4) == 0
  }

  static let text =
    "---\ntitle: 図\n---\n\n```swift run #fig caption=\"図\"\nshow(figure)\n```\n\n```dot #dot caption=\"図式\"\ndigraph { a -> b }\n```\n"

  func woven() throws -> Rehearsal {
    let chapter = ChapterReader(Source(path: "Chapters/one.md", text: Self.text), name: "one").chapter
    var record = Performance.record(of: chapter)
    if !isDiagram { record.figures[0] = [FigureRecord(svg, table: table)] }
    return try Rehearsal(Book("本", chapters: [chapter]), records: ["one": record], misread: []) { _ in
      isDiagram ? svg : Performance.diagram
    }
  }

  func judged() -> Case.Outcome {
    do {
      let woven = try woven()
      let isGood = woven.good.contains("one")
      return Case.Outcome(
        kind: isDiagram ? "diagrams" : "figures", fate: isGood ? .woven : .refused, faults: PageJudge.faults(of: woven))
    } catch {
      return Case.Outcome(kind: "figures", fate: .refused, faults: ["an error that nobody expects: \(error)"])
    }
  }
}
