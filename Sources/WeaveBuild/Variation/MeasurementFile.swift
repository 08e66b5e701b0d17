import Foundation
import WeaveModel
import WeaveSupport

/// What a verb measured of a chapter.
protocol ChapterMeasurement: Sendable, Codable {
  associatedtype Entry: Codable

  /// The file, beside the output folder.
  static var file: String { get }
  static var version: Int { get }
  static var verb: String { get }
  static var category: Diagnostic.Category { get }
  /// Of pieces of the program, in its order.
  var entries: [Entry] { get set }
}

/// A file beside the output folder with what was measured of each chapter. It is committed with the book and says to
/// which code it belongs.
struct MeasurementFile<Measurement: ChapterMeasurement>: Sendable {
  let file: RootedFile
  /// By chapter; nil where there is no such file.
  private(set) var chapters: [String: Measurement]?
  private(set) var diagnostics: [Diagnostic] = []

  private struct Contents: Codable {
    var version: Int
    var chapters: [String: Measurement]
  }

  /// - Parameter output: the folder of the book's pages, and how it is called.
  init(beside output: URL, shownAs: String) {
    file = Self.place(beside: output)
    let folder = (shownAs as NSString).deletingLastPathComponent
    shown = folder.isEmpty ? Measurement.file : "\(folder)/\(Measurement.file)"
    let verb = "'weave \(Measurement.verb)'"
    do {
      guard let (bytes, _) = try file.contents(atMost: 64 << 20) else {
        complain("this file is larger than 64 MB: run \(verb) to write it anew")
        return
      }
      let contents = try JSONDecoder().decode(Contents.self, from: Data(bytes))
      guard contents.version == Measurement.version else {
        complain("this file has another form than this weave writes: run \(verb) to write it anew")
        return
      }
      chapters = contents.chapters
    } catch RootedFile.Obstacle.missing {
    } catch let obstacle as RootedFile.Obstacle {
      complain(obstacle.reason(file))
    } catch {
      complain("this file is not what \(verb) writes: run it to write it anew")
    }
  }

  static func place(beside output: URL) -> RootedFile {
    RootedFile(root: output.standardizedFileURL.deletingLastPathComponent().path, Measurement.file)
  }

  /// As messages call it.
  let shown: String

  private mutating func complain(_ message: String) {
    diagnostics = [Diagnostic(Measurement.category, shown, Position(line: 1, column: 1), message)]
  }

  /// Changes some chapters and takes away those that are not in the book.
  mutating func write(_ new: [String: Measurement], book: [String]) throws {
    let all = (chapters ?? [:]).merging(new) { $1 }.filter { book.contains($0.key) }
    chapters = all
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
    // A line for each piece, so that a comparison of two states reads well.
    let parts = try all.sorted { $0.key < $1.key }.map { name, measurement in
      var bare = measurement
      bare.entries = []
      let entries = try measurement.entries.map(json).joined(separator: ",\n")
      let text = try json(bare).replacing("\"entries\":[]", with: "\"entries\":[\n\(entries)\n]")
      return "\(try json(name)):\(text)"
    }
    let text = "{\"version\":\(Measurement.version),\"chapters\":{\n\(parts.joined(separator: ",\n"))\n}}\n"
    do {
      try file.write(Array(text.utf8))
    } catch let obstacle as RootedFile.Obstacle {
      throw EnvironmentError("cannot write \(shown): \(obstacle.reason(file))")
    }
  }
}
