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
  /// By chapter: the data files that it names, as they were read.
  private(set) var data: [String: [String: KnownFile]] = [:]
  /// Where the folder is, and how diagnostics call it.
  private let folder: URL
  private let base: String
  private let shown: String
  /// Names in the list that no chapter may have.
  private var refused: Set<String> = []

  public init(folder: URL, shownAs shown: String) throws(EnvironmentError) {
    self.folder = folder
    base = folder.path
    self.shown = shown
    book = Book(title: "", subtitle: nil, language: "ja", chapters: [], references: [:])
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      throw EnvironmentError("there is no folder \(shown): run weave where it is, or name one with --chapters DIR")
    }
    guard let listed = readList() else { return }
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("references.json").path), let source = read("references.json") {
      let reader = ReferenceReader(source)
      book.references = reader.references
      diagnostics += reader.diagnostics
    }
    let files = Set(names.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) })
    for (name, place) in listed {
      if files.contains(name) {
        self.names.append(name)
      } else {
        report(.book, "book.yml", place, "chapter '\(name)' is listed and there is no \(shown)/\(name).md: write it, or take the name out")
      }
    }
    for name in files.subtracting(listed.map(\.name)).subtracting(refused).sorted() {
      report(.book, "\(name).md", Self.top, "this chapter is in no list: add '- \(name)' to \(shown)/book.yml")
    }
  }

  /// Chapters of the list, read side by side; those are missing whose files cannot be read as text.
  mutating func chapters(_ names: [String]) -> [Chapter] {
    var alone = self
    (alone.diagnostics, alone.sources, alone.data) = ([], [:], [:])
    let blank = alone
    let readings = names.mappedSideBySide { name -> (Chapter?, BookReader) in
      var reader = blank
      let chapter = reader.chapter(name)
      return (chapter, reader)
    }
    return readings.compactMap { chapter, reader in
      diagnostics += reader.diagnostics
      sources.merge(reader.sources) { $1 }
      data.merge(reader.data) { $1 }
      return chapter
    }
  }

  /// A chapter of the list; nil where its file cannot be read as text.
  public mutating func chapter(_ name: String) -> Chapter? {
    let file = "\(name).md"
    let stamp = FileStamp(path: path(of: name))
    guard let source = read(file) else { return nil }
    sources[name] = stamp.map { KnownFile($0, source.bytes) }
    let reader = ChapterReader(source, name: name)
    var chapter = reader.chapter
    diagnostics += reader.diagnostics
    for (file, place) in reader.data {
      let stamp = FileStamp(path: path(ofData: file))
      readData(file, place, into: &chapter)
      if let stamp, let data = chapter.data.last, data.name == file { self.data[name, default: [:]][file] = KnownFile(stamp, data.bytes) }
    }
    return chapter
  }

  /// The chapter's file as diagnostics call it.
  func shownPath(of name: String) -> String { "\(shown)/\(name).md" }

  func path(ofData file: String) -> String { "\(base)/data/\(file)" }

  func path(of name: String) -> String { "\(base)/\(name).md" }

  /// The whole book. Ids that stand twice in it are reported.
  public mutating func wholeBook() -> Book {
    var whole = book
    whole.chapters = chapters(names)
    diagnostics += Self.repeatedIDs(whole.chapters.map { ($0.source.path, $0.ids) })
    return whole
  }

  private mutating func report(_ category: Diagnostic.Category, _ file: String, _ place: Position, _ message: String) {
    diagnostics.append(Diagnostic(category, "\(shown)/\(file)", place, message))
  }

  private static let top = Position(line: 1, column: 1)

  /// A text file as it must be: UTF-8, lines that end with LF, none of the tokens' characters.
  private mutating func read(_ file: String) -> Source? {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else {
      report(.book, file, Self.top, "this file cannot be read: check its permissions")
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let lines = data.split(separator: 10, omittingEmptySubsequences: false)
      let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      // Decoding replaces what it cannot read: to there the bytes are the same.
      var good = zip(lines[bad], String(decoding: lines[bad], as: UTF8.self).utf8).prefix { $0 == $1 }.count
      while String(validating: lines[bad].prefix(good), as: UTF8.self) == nil { good -= 1 }
      let column = String(decoding: lines[bad].prefix(good), as: UTF8.self).count + 1
      report(.encoding, file, Position(line: bad + 1, column: column), "these bytes are not UTF-8: save the file as UTF-8")
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

  /// Kept as it is now: what the program reads and what its result is filed under are the same bytes.
  private mutating func readData(_ name: String, _ place: Position, into chapter: inout Chapter) {
    let path = path(ofData: name)
    var status = stat()
    let problem: String
    if stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFREG {
      problem = "there is no file \(shown)/data/\(name): put it there, or take the name out"
    } else if status.st_size > Self.mostData {
      problem = "\(shown)/data/\(name) has more than \(Self.mostData >> 20) MB: keep what the chapter needs"
    } else if let data = FileManager.default.contents(atPath: path) {
      chapter.data.append(DataFile(name: name, bytes: Array(data)))
      return
    } else {
      problem = "\(shown)/data/\(name) cannot be read: check its permissions"
    }
    chapter.lacksData = true
    diagnostics.append(Diagnostic(.frontMatter, chapter.source.path, place, problem))
  }

  private static let mostData = 64 << 20

  // MARK: book.yml

  /// Nil where there is no list to read: then nothing is said of chapters that are not in it.
  private mutating func readList() -> [(name: String, place: Position)]? {
    guard FileManager.default.fileExists(atPath: folder.appendingPathComponent("book.yml").path) else {
      report(.book, "book.yml", Self.top, "the book has no list: write book.yml with title: … and chapters: [index, …]")
      return nil
    }
    guard let source = read("book.yml") else { return nil }
    let root: Node.Mapping
    do {
      guard let mapping = try Yams.compose(yaml: source.text, .basic)?.mapping else {
        report(.book, "book.yml", Self.top, "this is no list of names and values: it needs title: … and chapters: […]")
        return nil
      }
      root = mapping
    } catch {
      let known = error as? YamlError
      report(.book, "book.yml", source.position(known?.mark), "this is no YAML: \(known?.brief ?? "\(error)")")
      return nil
    }
    var listed: [(name: String, place: Position)] = []
    // By the name in small letters.
    var taken: [String: String] = [:]
    for (key, value) in root {
      let place = source.position(key.mark)
      switch key.string {
      case "title": book.title = value.string ?? ""
      case "subtitle": book.subtitle = value.string
      case "language": book.language = value.string ?? "ja"
      case "chapters":
        for entry in value.sequence ?? [] {
          let place = entry.mark.map { source.position($0) } ?? place
          guard let name = entry.string, InfoString.isIdentifier(name) else {
            report(.book, "book.yml", place, "'\(entry.string ?? "?")' is no chapter's name: letters, digits, - and _ only, without .md")
            continue
          }
          let small = name.lowercased()
          if let other = taken[small], other != name {
            report(.book, "book.yml", place, "'\(name)' and '\(other)' are one file where capitals do not count: rename one")
            refused.insert(name)
          } else if taken[small] != nil {
            report(.book, "book.yml", place, "chapter '\(name)' is listed twice: take one out")
          } else if Ledger.name == small {
            report(.book, "book.yml", place, "'\(name)' is the name of the page of all numbers: give the chapter another")
            refused.insert(name)
          } else {
            taken[small] = name
            listed.append((name, place))
          }
        }
      default:
        report(.book, "book.yml", place, "'\(key.string ?? "?")' is unknown: the list has title, subtitle, language, chapters")
      }
    }
    if book.title.isEmpty { report(.book, "book.yml", Self.top, "the book has no title: add title: …") }
    if listed.isEmpty { report(.book, "book.yml", Self.top, "the book is empty: list at least one chapter under chapters:") }
    return listed
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
