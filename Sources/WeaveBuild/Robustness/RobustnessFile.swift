import Foundation
import WeaveModel
import WeaveSupport

/// `robustness.json` beside the output folder: what other seeds made of each chapter. It is committed with the book and
/// says to which code it belongs.
struct RobustnessFile: Sendable {
  static let name = "robustness.json"
  private static let version = 1

  let file: RootedFile
  /// By chapter; nil where there is no such file.
  private(set) var chapters: [String: ChapterRuns]?
  private(set) var diagnostics: [Diagnostic] = []

  private struct Contents: Codable {
    var version: Int
    var chapters: [String: ChapterRuns]
  }

  /// - Parameter output: the folder of the book's pages, and how it is called.
  init(beside output: URL, shownAs: String) {
    file = Self.place(beside: output)
    let shown = (shownAs as NSString).deletingLastPathComponent
    self.shown = shown.isEmpty ? Self.name : "\(shown)/\(Self.name)"
    do {
      guard let (bytes, _) = try file.contents(atMost: 64 << 20) else {
        complain("this file is larger than 64 MB: run 'weave robustness' to write it anew")
        return
      }
      let contents = try JSONDecoder().decode(Contents.self, from: Data(bytes))
      guard contents.version == Self.version else {
        complain("this file has another form than this weave writes: run 'weave robustness' to write it anew")
        return
      }
      chapters = contents.chapters
    } catch RootedFile.Obstacle.missing {
    } catch let obstacle as RootedFile.Obstacle {
      complain(obstacle.reason(file))
    } catch {
      complain("this file is not what 'weave robustness' writes: run it to write it anew")
    }
  }

  static func place(beside output: URL) -> RootedFile {
    RootedFile(root: output.standardizedFileURL.deletingLastPathComponent().path, name)
  }

  /// As messages call it.
  let shown: String

  private mutating func complain(_ message: String) {
    diagnostics = [Diagnostic(.seeds, shown, Position(line: 1, column: 1), message)]
  }

  /// Changes some chapters and takes away those that are not in the book.
  mutating func write(_ new: [String: ChapterRuns], book: [String]) throws {
    let all = (chapters ?? [:]).merging(new) { $1 }.filter { book.contains($0.key) }
    chapters = all
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    // A line for each piece, so that a comparison of two states reads well.
    let parts = try all.sorted { $0.key < $1.key }.map { name, runs in
      let entries = try runs.entries.map(json).joined(separator: ",\n")
      return try
        "\(json(name)):{\"key\":\(json(runs.key)),\"digests\":\(json(runs.digests)),\"entries\":[\n\(entries)\n]}"
    }
    let text = "{\"version\":\(Self.version),\"chapters\":{\n\(parts.joined(separator: ",\n"))\n}}\n"
    do {
      try file.write(Array(text.utf8))
    } catch let obstacle as RootedFile.Obstacle {
      throw EnvironmentError("cannot write \(shown): \(obstacle.reason(file))")
    }
  }
}
