import Foundation
import WeaveModel
import WeaveParse
import WeaveRender
import WeaveSupport

/// What one build reads and what it leaves alone.
package struct Plan: Sendable {
  private var reader: BookReader
  /// The chapters that are woven.
  package private(set) var book: Book
  /// By name: the chapters that are left alone.
  package private(set) var known: [String: BuildManifest.Chapter] = [:]
  /// The last build's trace, where it may be believed.
  private(set) var trace: BuildManifest?
  /// What the book's pages have in common.
  package private(set) var frame: BookFrame
  /// Whether the files that belong to no chapter are there as they should be.
  private(set) var assetsStand = false

  /// Nothing read but the list.
  init(reader: BookReader) {
    self.reader = reader
    book = reader.book
    frame = book.frame
  }

  /// Reads the chapters that are not as the trace knows them.
  init(reader: BookReader, trace old: BuildManifest?, key: String, output: OutputFolder) {
    self.init(reader: reader)
    guard var trace = old, trace.key == key, trace.frame.chapters.map(\.name) == reader.names else {
      readAll()
      return
    }
    assetsStand = trace.standing(in: output)
    known = trace.left(reader, output)
    self.trace = trace
    read()
    // A page shows the names of all chapters.
    if frame != trace.frame { forget() }
  }

  /// Weaves the whole book.
  mutating func readAll() {
    known = [:]
    read()
  }

  /// The same plan with some of the known chapters woven after all.
  package func reading(_ names: Set<String>) -> Plan {
    var plan = self
    plan.known = known.filter { !names.contains($0.key) }
    plan.read()
    return plan
  }

  private mutating func forget() {
    trace = nil
    assetsStand = false
    readAll()
  }

  private mutating func read() {
    var read = Dictionary(uniqueKeysWithValues: book.chapters.map { ($0.name, $0) })
    let names = reader.names.filter { known[$0] == nil }
    for chapter in reader.chapters(names.filter { read[$0] == nil }) { read[chapter.name] = chapter }
    book.chapters = names.compactMap { read[$0] }
    frame = wholeFrame
  }

  private var wholeFrame: BookFrame {
    var frame = book.frame
    let read = Dictionary(uniqueKeysWithValues: frame.chapters.map { ($0.name, $0) })
    let before = Dictionary(uniqueKeysWithValues: (trace?.frame.chapters ?? []).map { ($0.name, $0) })
    frame.chapters = reader.names.compactMap { read[$0] ?? (known[$0] == nil ? nil : before[$0]) }
    return frame
  }

  /// What reading found, and what is said of the known chapters at each build.
  package var diagnostics: [Diagnostic] {
    let read = Dictionary(uniqueKeysWithValues: book.chapters.map { ($0.name, $0.ids) })
    let ids = reader.names.compactMap { name in
      (read[name] ?? known[name]?.ids).map { (path: reader.shownPath(of: name), ids: $0) }
    }
    return reader.diagnostics + BookReader.repeatedIDs(ids) + known.values.flatMap(\.warnings)
  }

  /// Files in which reading found an error.
  package var misread: Set<String> { Set(diagnostics.filter { $0.severity == .error }.map(\.file)) }

  /// Whether the list and every chapter's title are known. Else no page is written and none is removed: each shows
  /// the names of all.
  package var isWhole: Bool {
    reader.isListed && reader.untitled.isEmpty && frame.chapters.count == reader.names.count
  }

  /// The file of a chapter that was read, as it was then.
  package func source(of name: String) -> KnownFile? { reader.sources[name] }

  /// The data files of a chapter that was read.
  package func data(of name: String) -> [String: KnownFile] { reader.data[name] ?? [:] }

  /// The other files of a chapter that was read.
  package func besides(of name: String) -> [String: KnownFile?] { reader.besides[name] ?? [:] }

  // MARK: What stands

  /// Files in the output folder that need no look.
  package var standing: [String] {
    known.values.flatMap { $0.files.map(\.path) } + (assetsStand ? trace!.assets.map(\.path) : [])
  }

  /// Whether the joint file at `path` is already made of these parts and the known chapters'.
  package func holds(_ path: String, _ new: [String: [String: String]]) -> Bool {
    guard let joint = trace?.aggregates[path] else { return false }
    return joint.parts.map(\.chapter) == frame.chapters.map(\.name)
      && joint.parts.allSatisfy { part in
        new[part.chapter].map { Digest($0[path]!.utf8) == part.digest } ?? true
      }
  }

  /// The known chapters' parts of a joint file, from the file itself. Throws where another build has replaced it.
  package func parts(of path: String, in output: OutputFolder) throws -> [String: ArraySlice<UInt8>] {
    guard !known.isEmpty, let joint = trace?.aggregates[path] else { return [:] }
    let file = output.file(path)
    var contents = joint.file.contents
    guard let bytes = file.read(), contents.isCurrent(file) else { throw StandingFileIsGone() }
    return Dictionary(uniqueKeysWithValues: joint.parts.map { ($0.chapter, bytes[$0.range]) })
  }
}

/// A file that was to be used as it stood has been replaced meanwhile.
struct StandingFileIsGone: Error {}

extension BuildManifest {
  /// Whether the files that belong to no chapter are there; what was read for it is known better from then on.
  fileprivate mutating func standing(in output: OutputFolder) -> Bool {
    for index in assets.indices {
      guard assets[index].contents.isCurrent(output.file(assets[index].path)) else { return false }
    }
    return true
  }

  /// Chapters whose source, pages and parts of the joint files are as they were.
  fileprivate mutating func left(_ reader: BookReader, _ output: OutputFolder) -> [String: Chapter] {
    for path in PageRenderer.aggregatePaths where aggregates[path]?.file.contents.isCurrent(output.file(path)) != true {
      aggregates[path] = nil
    }
    guard PageRenderer.aggregatePaths.allSatisfy({ aggregates[$0] != nil }) else { return [:] }
    let parts = aggregates.mapValues { joint in
      Dictionary(uniqueKeysWithValues: joint.parts.map { ($0.chapter, $0.digest) })
    }
    var left: [String: Chapter] = [:]
    for name in reader.names {
      guard var chapter = chapters[name], chapter.source.isCurrent(reader.file(of: name)),
        chapter.data.keys.allSatisfy({ chapter.data[$0]!.isCurrent(reader.file(ofData: $0)) }),
        chapter.besides.keys.allSatisfy({ chapter.stands($0, reader) }),
        parts.allSatisfy({ $0.value[name] == chapter.parts[$0.key] })
      else { continue }
      let stands = chapter.files.indices.allSatisfy { index in
        chapter.files[index].contents.isCurrent(output.file(chapter.files[index].path))
      }
      chapters[name] = chapter
      if stands { left[name] = chapter }
    }
    return left
  }
}

extension BuildManifest.Chapter {
  /// Whether one of its other files is as it was, or still not there.
  fileprivate mutating func stands(_ path: String, _ reader: BookReader) -> Bool {
    let file = reader.pictureFile(path)
    guard var known = besides[path] ?? nil else { return !file.isThere }
    let isCurrent = known.isCurrent(file)
    besides[path] = .some(known)
    return isCurrent
  }
}
