import Foundation
import WeaveModel
import WeaveSupport
import Yams

/// Reads a folder of chapters: `book.yml` and `references.json` at once, each Markdown file when it is asked for.
package struct BookReader: Sendable {
  /// The book without its chapters.
  package internal(set) var book: Book
  /// Names of the chapters that are listed and there, in the order of the book.
  package private(set) var names: [String] = []
  package internal(set) var diagnostics: [Diagnostic] = []
  /// Whether `book.yml` is there and without an error.
  package private(set) var isListed = false
  /// Chapters whose front matter has an error.
  package private(set) var untitled: Set<String> = []
  /// The files of the chapters that were read, as they were then.
  package private(set) var sources: [String: KnownFile] = [:]
  /// By chapter: the data files that it names, as they were read.
  package private(set) var data: [String: [String: KnownFile]] = [:]
  /// By chapter: the other files that it is made of, as they were read; nil for one that would be taken if it were
  /// there.
  package internal(set) var besides: [String: [String: KnownFile?]] = [:]
  private(set) var edited: [String: String]
  /// By name: how the folder spells it. Some systems write が as か and a mark of its own.
  private var spellings: [String: String] = [:]
  /// Where the folder is, and how diagnostics call it.
  private let base: String
  let shown: String
  /// Names in the list that no chapter may have.
  var refused: Set<String> = []
  /// Whether drafts are chapters as others are.
  private let showsDrafts: Bool

  /// - Parameters:
  ///   - edited: by the file's name, what an editor holds of it and has not saved.
  ///   - showsDrafts: whether the book's drafts are read, too.
  package init(
    folder: URL, shownAs shown: String, edited: [String: String] = [:], showsDrafts: Bool = false
  ) throws(EnvironmentError) {
    base = folder.path
    self.showsDrafts = showsDrafts
    self.edited = edited
    self.shown = shown
    book = Book(title: "", subtitle: nil, language: .standard, chapters: [], references: [:])
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      throw EnvironmentError("there is no folder \(shown): run weave where it is, or name one with --chapters DIR")
    }
    let listed = readList()
    isListed = diagnostics.isEmpty
    guard let listed else { return }
    if edited["references.json"] != nil || file("references.json").isThere, let (source, _) = read("references.json") {
      let reader = ReferenceReader(source)
      book.references = reader.references
      book.figurePlaces = reader.figurePlaces
      book.referencesKey = Digest(source.bytes).hex
      diagnostics += reader.diagnostics
    }
    for name in names where name.hasSuffix(".md") { spellings[String(name.dropLast(3))] = String(name.dropLast(3)) }
    let files = Set(spellings.keys)
    for (name, place) in listed.all where isRead((name, place)) {
      if files.contains(name) {
        self.names.append(name)
      } else {
        isListed = false
        report(
          .book, "book.yml", place,
          "chapter '\(name)' is listed and there is no \(shown)/\(name).md: write it, or take the name out")
      }
    }
    for name in files.subtracting(listed.all.map(\.name)).subtracting(refused).sorted() {
      report(.book, "\(name).md", Self.top, "this chapter is in no list: add '- \(name)' to \(shown)/book.yml")
    }
  }

  private func isRead(_ entry: NamedChapters.Entry) -> Bool { showsDrafts || !book.drafts.contains(entry.name) }

  /// Chapters of the list, read side by side; those are missing whose files cannot be read as text.
  package mutating func chapters(_ names: [String]) -> [Chapter] {
    var alone = self
    alone.forget(edited: edited)
    let blank = alone
    let readings = names.concurrentMap { name -> (Chapter?, BookReader) in
      var reader = blank
      let chapter = reader.chapter(name)
      return (chapter, reader)
    }
    return readings.compactMap { chapter, reader in
      diagnostics += reader.diagnostics
      untitled.formUnion(reader.untitled)
      sources.merge(reader.sources) { $1 }
      data.merge(reader.data) { $1 }
      besides.merge(reader.besides) { $1 }
      return chapter
    }
  }

  /// A chapter of the list; nil where its file cannot be read as text.
  package mutating func chapter(_ name: String) -> Chapter? {
    guard let (source, stamp) = read("\(name).md", at: file(of: name)) else { return nil }
    sources[name] = KnownFile(stamp, source.bytes)
    let reader = ChapterReader(source, name: name)
    var chapter = reader.chapter
    chapter.imports = book.modules.flatMap(\.imports)
    chapter.isDraft = book.drafts.contains(name)
    diagnostics += reader.diagnostics
    if reader.diagnostics.contains(where: { $0.category == .frontMatter }) { untitled.insert(name) }
    for (file, place) in reader.data {
      if let known = readData(file, place, into: &chapter) { self.data[name, default: [:]][file] = known }
    }
    readPictures(of: &chapter)
    readParts(of: &chapter)
    readDownloads(of: &chapter)
    chapter.expand(MacroExpansion(book.macros)) { diagnostics.append($0) }
    return chapter
  }

  /// The chapter's file as diagnostics call it.
  package func shownPath(of name: String) -> String { "\(shown)/\(name).md" }

  package func file(ofData name: String) -> RootedFile { file("data/\(name)") }

  package func file(of name: String) -> RootedFile { file("\(spellings[name] ?? name).md") }

  func file(_ path: String) -> RootedFile { RootedFile(root: base, path) }

  /// The whole book. Ids that stand twice in it are reported.
  package mutating func wholeBook() -> Book {
    var whole = book
    whole.chapters = chapters(names)
    diagnostics += Self.repeatedIDs(whole.chapters.map { ($0.source.path, $0.ids) })
    return whole
  }

  /// Of the chapters read so far nothing is known any more, and of their texts what an editor holds now.
  package mutating func forget(edited: [String: String]) {
    (diagnostics, untitled, sources, data, besides) = ([], [], [:], [:], [:])
    self.edited = edited
  }

  mutating func report(_ category: Diagnostic.Category, _ file: String, _ place: Position, _ message: String) {
    diagnostics.append(Diagnostic(category, "\(shown)/\(file)", place, message))
  }

  private static let top = Position(line: 1, column: 1)

  /// A text file as it must be: UTF-8, lines that end with LF, none of the tokens' characters.
  private mutating func read(_ name: String, at place: RootedFile? = nil) -> (source: Source, stamp: FileStamp)? {
    let place = place ?? file(name)
    let data: [UInt8], stamp: FileStamp
    let held = edited[name].map {
      (bytes: Array($0.utf8), stamp: FileStamp(inode: 0, size: 0, modified: 0, changed: 0))
    }
    do throws(RootedFile.Obstacle) {
      let saved = held == nil ? try place.contents(atMost: Self.mostText) : nil
      guard let read = held ?? saved else {
        report(.book, name, Self.top, "this file has more than \(Self.mostText >> 20) MB: a text must be smaller")
        return nil
      }
      (data, stamp) = read
    } catch {
      if case .system = error {
        report(.book, name, Self.top, "this file cannot be read: check its permissions")
      } else {
        report(.book, name, Self.top, error.reason(place, root: shown))
      }
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let lines = data.split(separator: 10, omittingEmptySubsequences: false)
      let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
      // Decoding replaces what it cannot read: to there the bytes are the same.
      var good = zip(lines[bad], String(decoding: lines[bad], as: UTF8.self).utf8).prefix { $0 == $1 }.count
      while String(validating: lines[bad].prefix(good), as: UTF8.self) == nil { good -= 1 }
      let column = String(decoding: lines[bad].prefix(good), as: UTF8.self).count + 1
      report(
        .encoding, name, Position(line: bad + 1, column: column), "these bytes are not UTF-8: save the file as UTF-8")
      return nil
    }
    let refused: [(Unicode.Scalar, String)] = [
      ("\u{FEFF}", "a byte order mark: save the file as UTF-8 without BOM"),
      ("\r", "a carriage return: save the file with LF line ends"),
      ("\0", "a NUL byte: take it out"),
      ("\u{E000}", "the private character U+E000: take it out"),
      ("\u{E001}", "the private character U+E001: take it out"),
    ]
    let source = Source(path: "\(shown)/\(name)", text: text)
    for (scalar, what) in refused {
      if let index = text.unicodeScalars.firstIndex(of: scalar) {
        let offset = text.utf8.distance(from: text.startIndex, to: index)
        diagnostics.append(Diagnostic(.encoding, source.path, source.position(at: offset), "here stands \(what)"))
        return nil
      }
    }
    diagnostics += UnseenText.problems(in: source)
    return (source, stamp)
  }

  /// Kept as it is now: what the program reads and what its result is filed under are the same bytes.
  private mutating func readData(_ name: String, _ place: Position, into chapter: inout Chapter) -> KnownFile? {
    let file = file(ofData: name)
    let problem: String
    do throws(RootedFile.Obstacle) {
      if let (bytes, stamp) = try file.contents(atMost: Self.mostData) {
        chapter.data.append(DataFile(name: name, bytes: bytes))
        return KnownFile(stamp, bytes)
      }
      problem = "\(shown)/data/\(name) has more than \(Self.mostData >> 20) MB: keep what the chapter needs"
    } catch {
      problem =
        switch error {
        case .missing: "there is no file \(shown)/data/\(name): put it there, or take the name out"
        case .system: "\(shown)/data/\(name) cannot be read: check its permissions"
        default: error.reason(file, root: shown)
        }
    }
    chapter.lacksData = true
    diagnostics.append(Diagnostic(.frontMatter, chapter.source.path, place, problem))
    return nil
  }

  private static let mostData = 64 << 20
  private static let mostText = 64 << 20

  // MARK: book.yml

  private static let keys =
    "title, subtitle, language, author, date, licence, edition, report, modules, macros, chapters, drafts, unbound"

  /// Nil where there is no list to read: then nothing is said of chapters that are not in it.
  private mutating func readList() -> NamedChapters? {
    guard edited["book.yml"] != nil || file("book.yml").isThere else {
      report(.book, "book.yml", Self.top, "the book has no list: write book.yml with title: … and chapters: [index, …]")
      return nil
    }
    guard let (source, _) = read("book.yml") else { return nil }
    let root: Node.Mapping
    do {
      guard let mapping = try Yams.compose(yaml: source.text, .basic)?.mapping else {
        report(
          .book, "book.yml", Self.top, "this is not a list of names and values: it needs title: … and chapters: […]")
        return nil
      }
      root = mapping
    } catch {
      let known = error as? YamlError
      report(.book, "book.yml", source.position(known?.mark), "not valid YAML: \(known?.brief ?? "\(error)")")
      return nil
    }
    var names = NamedChapters()
    for (key, value) in root {
      let place = source.position(key.mark)
      let text = value.string?.shownPlainly
      if let written = value.string, let problem = UnseenText.problem(of: key.string ?? "?", written) {
        report(.book, "book.yml", place, problem)
      }
      if ["title", "subtitle"].contains(key.string), value.isBlank {
        report(.book, "book.yml", place, "'\(key.string!)' is empty: write its words, or take the line out")
        continue
      }
      if ["title", "subtitle"].contains(key.string), text?.holdsMarkdown == true {
        report(.book, "book.yml", place, "'\(key.string!)' is plain text here: take Markdown's marks out of it")
      }
      if let name = key.string { book.titlePlaces[name] = place }
      switch key.string {
      case "title": book.title = text ?? ""
      case "subtitle": book.subtitle = text
      case "language":
        if let language = Language(rawValue: value.string ?? "") {
          book.language = language
        } else {
          let known = Language.allCases.map(\.rawValue).joined(separator: " or ")
          report(
            .book, "book.yml", value.mark.map { source.position($0) } ?? place,
            "'\(text ?? "?")' is not a language of the pages' own words: write \(known)")
        }
      case let name? where Self.imprintKeys.contains(name): readImprint(name, value, place)
      case "unbound": readUnbound(value, source, place)
      case "chapters": readNames(value, place, source, drafts: false, into: &names)
      case "drafts": readNames(value, place, source, drafts: true, into: &names)
      case "modules": readModules(value, place, source)
      case "macros": readMacros(value, place, source)
      default:
        report(
          .book, "book.yml", place,
          "'\(key.string ?? "?")' is unknown: the list has \(Self.keys)")
      }
    }
    for name in (book.unbound ?? [:]).keys.sorted() where !names.all.contains(where: { $0.name == name }) {
      report(.book, "book.yml", Self.top, "'unbound' names the chapter '\(name)', which is not listed: take it out")
    }
    if book.title.isEmpty { report(.book, "book.yml", Self.top, "the book has no title: add title: …") }
    book.drafts = Set(names.drafts.map(\.name))
    if !names.all.contains(where: isRead) {
      report(.book, "book.yml", Self.top, "the book is empty: list at least one chapter under chapters:")
    }
    return names
  }

  /// `unbound:` with a line `chapter: count` each.
  private mutating func readUnbound(_ value: Node, _ source: Source, _ place: Position) {
    book.unbound = [:]
    guard let mapping = value.mapping else {
      report(.book, "book.yml", place, "'unbound' is not a list of chapters and counts: write NAME: COUNT, a line each")
      return
    }
    for (key, value) in mapping {
      if let name = key.string, let count = value.int, count > 0 {
        book.unbound![name] = count
      } else {
        report(
          .book, "book.yml", source.position(key.mark),
          "'\(key.string ?? "?")' has no count of numerals without a source: write a number above 0, or take it out")
      }
    }
  }

  // MARK: ids

  /// What is wrong with the ids of the chapters' files: each names one thing in the book.
  package static func repeatedIDs(_ files: [(path: String, ids: [Chapter.ID])]) -> [Diagnostic] {
    var seen: [String: String] = [:]
    var found: [Diagnostic] = []
    for (path, ids) in files {
      for id in ids {
        let position = Position(line: id.line, column: 1)
        if !InfoString.isIdentifier(id.name) {
          found.append(
            Diagnostic(.reference, path, position, "'#\(id.name)' is not an id: letters, digits, - and _ only"))
        } else if let first = seen[id.name] {
          found.append(
            Diagnostic(
              .reference, path, position, "the id #\(id.name) stands at \(first) already: ids are unique in the book"))
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
  package var ids: [Chapter.ID] {
    let ids =
      blocks.compactMap { block in block.attributes.id.map { ($0, block.fenceLine) } }
      + formulas.compactMap { formula in formula.id.map { ($0, source.line(at: formula.offset) - 1) } }
      + diagrams.compactMap { diagram in diagram.id.map { ($0, diagram.line) } }
      + tables.compactMap { table in table.id.map { ($0, table.line) } }
      + pictures.compactMap { picture in picture.id.map { ($0, picture.line) } }
    return ids.map { Chapter.ID(name: $0.0, line: $0.1) }.sorted { $0.line < $1.line }
  }
}
