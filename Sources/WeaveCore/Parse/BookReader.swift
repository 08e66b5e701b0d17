import Foundation
import Yams

/// Reads a folder of chapters: `book.yml` and `references.json` at once, each Markdown file when it is asked for.
public struct BookReader: Sendable {
  /// The book without its chapters.
  public private(set) var book: Book
  /// Names of the chapters that are listed and there, in the order of the book.
  public private(set) var names: [String] = []
  public private(set) var diagnostics: [Diagnostic] = []
  /// The files of the chapters that were read, as they were then.
  private(set) var sources: [String: KnownFile] = [:]
  /// Where the folder is, and how diagnostics call it.
  private let folder: URL
  private let shown: String

  public init(folder: URL, shownAs shown: String) throws(EnvironmentError) {
    self.folder = folder
    self.shown = shown
    book = Book(title: "", subtitle: nil, language: "ja", chapters: [], references: [:])
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      throw EnvironmentError("there is no folder \(shown): run weave where it is, or name one with --chapters DIR")
    }
    guard let listed = readList() else { return }
    readReferences()
    let files = Set(names.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) })
    for (name, line) in listed {
      if files.contains(name) {
        self.names.append(name)
      } else {
        report(.book, "book.yml", line, "chapter '\(name)' is listed and there is no \(shown)/\(name).md")
      }
    }
    for name in files.subtracting(listed.map(\.name)).sorted() {
      report(.book, "\(name).md", 1, "this chapter is in no list: add '- \(name)' to \(shown)/book.yml")
    }
  }

  /// A chapter of the list; nil where its file cannot be read as text.
  public mutating func chapter(_ name: String) -> Chapter? {
    let file = "\(name).md"
    let stamp = FileStamp(path: path(of: name))
    guard let source = read(file) else { return nil }
    sources[name] = stamp.map { KnownFile($0, source.bytes) }
    let reader = ChapterReader(source, name: name)
    diagnostics += reader.diagnostics
    return reader.chapter
  }

  /// The chapter's file as diagnostics call it.
  func shownPath(of name: String) -> String { "\(shown)/\(name).md" }

  func path(of name: String) -> String { folder.appendingPathComponent("\(name).md").path }

  /// The whole book. Ids that stand twice in it are reported.
  public mutating func wholeBook() -> Book {
    var whole = book
    whole.chapters = names.compactMap { chapter($0) }
    diagnostics += Self.repeatedIDs(whole.chapters.map { ($0.source.path, $0.ids) })
    return whole
  }

  private mutating func report(_ category: Diagnostic.Category, _ file: String, _ line: Int, _ message: String) {
    diagnostics.append(Diagnostic(category, "\(shown)/\(file)", Position(line: line, column: 1), message))
  }

  /// A text file as it must be: UTF-8, lines that end with LF, none of the tokens' characters.
  private mutating func read(_ file: String) -> Source? {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else {
      report(.book, file, 1, "this file cannot be read: check its permissions")
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let lines = data.split(separator: 10, omittingEmptySubsequences: false)
      let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      report(.encoding, file, bad + 1, "this line is not UTF-8: save the file as UTF-8")
      return nil
    }
    let refused: [(Unicode.Scalar, String)] = [
      ("\u{FEFF}", "a byte order mark: save the file as UTF-8 without BOM"),
      ("\r", "a carriage return: save the file with LF line ends"),
      ("\0", "a NUL byte: take it out"),
      ("\u{E000}", "the private character U+E000: take it out"),
      ("\u{E001}", "the private character U+E001: take it out"),
    ]
    let source = Source(path: "\(shown)/\(file)", text: text)
    for (scalar, what) in refused {
      if let index = text.unicodeScalars.firstIndex(of: scalar) {
        let offset = text.utf8.distance(from: text.startIndex, to: index)
        diagnostics.append(Diagnostic(.encoding, source.path, source.position(at: offset), "here stands \(what)"))
        return nil
      }
    }
    return source
  }

  // MARK: book.yml

  /// Nil where there is no list to read: then nothing is said of chapters that are not in it.
  private mutating func readList() -> [(name: String, line: Int)]? {
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("book.yml").path) else {
      report(.book, "book.yml", 1, "the book has no list: write book.yml with title: … and chapters: [index, …]")
      return nil
    }
    guard let source = read("book.yml") else { return nil }
    let root: Node.Mapping
    do {
      guard let mapping = try Yams.compose(yaml: source.text)?.mapping else {
        report(.book, "book.yml", 1, "this is no list of names and values: it needs title: … and chapters: […]")
        return nil
      }
      root = mapping
    } catch {
      let known = error as? YamlError
      report(.book, "book.yml", min(known?.line ?? 1, source.lineStarts.count), "this is no YAML: \(known?.brief ?? "\(error)")")
      return nil
    }
    var listed: [(name: String, line: Int)] = []
    for (key, value) in root {
      let line = key.mark?.line ?? 1
      switch key.string {
      case "title": book.title = value.string ?? ""
      case "subtitle": book.subtitle = value.string
      case "language": book.language = value.string ?? "ja"
      case "chapters":
        for entry in value.sequence ?? [] {
          let line = entry.mark?.line ?? line
          guard let name = entry.string, InfoString.isIdentifier(name) else {
            report(.book, "book.yml", line, "'\(entry.string ?? "?")' is no chapter's name: letters, digits, - and _ only, without .md")
            continue
          }
          if listed.contains(where: { $0.name == name }) {
            report(.book, "book.yml", line, "chapter '\(name)' is listed twice: take one out")
          } else {
            listed.append((name, line))
          }
        }
      default:
        report(.book, "book.yml", line, "'\(key.string ?? "?")' is unknown: the list has title, subtitle, language, chapters")
      }
    }
    if book.title.isEmpty { report(.book, "book.yml", 1, "the book has no title: add title: …") }
    if listed.isEmpty { report(.book, "book.yml", 1, "the book is empty: list at least one chapter under chapters:") }
    return listed
  }

  // MARK: references.json

  private mutating func readReferences() {
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("references.json").path),
      let source = read("references.json")
    else { return }
    do {
      for entry in try JSONDecoder().decode([Reference].self, from: Data(source.bytes)) {
        if book.references.updateValue(entry, forKey: entry.id) != nil {
          report(.citation, "references.json", line(of: entry.id, in: source), "the key '\(entry.id)' stands twice: keys are unique")
        }
      }
    } catch let DecodingError.keyNotFound(key, context) {
      let place = context.codingPath.compactMap(\.intValue).first.map { "entry \($0 + 1)" } ?? "an entry"
      report(.citation, "references.json", 1, "\(place) has no '\(key.stringValue)': CSL-JSON needs id, type and title")
    } catch let DecodingError.typeMismatch(_, context) {
      let path = context.codingPath.map { $0.intValue.map { "entry \($0 + 1)" } ?? $0.stringValue }.joined(separator: ", ")
      report(.citation, "references.json", 1, "\(path.isEmpty ? "the file" : path): \(context.debugDescription)")
    } catch {
      report(.citation, "references.json", 1, "this is no CSL-JSON list: export it again, or check brackets and commas")
    }
  }

  private func line(of id: String, in source: Source) -> Int {
    guard let range = source.text.range(of: "\"\(id)\"", options: .backwards) else { return 1 }
    return source.line(at: source.text.utf8.distance(from: source.text.startIndex, to: range.lowerBound))
  }

  // MARK: ids

  /// What is wrong with the ids of the chapters' files: each names one thing in the book.
  static func repeatedIDs(_ files: [(path: String, ids: [BookTrace.ID])]) -> [Diagnostic] {
    var seen: [String: String] = [:]
    var found: [Diagnostic] = []
    for (path, ids) in files {
      for id in ids {
        let position = Position(line: id.line, column: 1)
        if !InfoString.isIdentifier(id.name) {
          found.append(Diagnostic(.reference, path, position, "'#\(id.name)' is no id: letters, digits, - and _ only"))
        } else if let first = seen[id.name] {
          found.append(
            Diagnostic(.reference, path, position, "the id #\(id.name) stands at \(first) already: ids are unique in the book"))
        } else {
          seen[id.name] = "\(path):\(id.line)"
        }
      }
    }
    return found
  }
}

extension Chapter {
  /// Ids that the author gave, with their lines, in the order of the page.
  var ids: [BookTrace.ID] {
    let ids =
      blocks.compactMap { block in block.attributes.id.map { ($0, block.fenceLine) } }
      + formulas.compactMap { formula in formula.id.map { ($0, source.line(at: formula.offset) - 1) } }
      + diagrams.compactMap { diagram in diagram.id.map { ($0, diagram.line) } }
      + tables.compactMap { table in table.id.map { ($0, table.line) } }
    return ids.map { BookTrace.ID(name: $0.0, line: $0.1) }.sorted { $0.line < $1.line }
  }
}
