import Foundation
import WeaveModel
import WeaveSupport

/// `Output/`: brought up to date with as few writes as possible, and held against what it should be.
package struct OutputFolder: Sendable {
  /// Styles, scripts, fonts and what else belongs to no page.
  package static let assets = "assets"
  package struct Report: Sendable, Equatable {
    package var written: [String] = []
    package var unchanged: [String] = []
    package var removed: [String] = []
    /// What the written and the unchanged files hold, by path.
    package var contents: [String: KnownFile] = [:]

    package static func == (a: Self, b: Self) -> Bool {
      (a.written, a.unchanged, a.removed) == (b.written, b.unchanged, b.removed)
    }
  }

  /// A file that is not what the sources give.
  package enum Difference: Sendable, Hashable {
    case missing(String)
    case different(String)
    case extra(String)
    /// No build of this book made it, and a browser would show or run it as if it were the book's.
    case foreign(String)
    package var path: String {
      switch self {
      case .missing(let path), .different(let path), .extra(let path), .foreign(let path): path
      }
    }
  }

  /// Lists the book's files, one a line: only what stands there may be removed or replaced.
  static let manifest = "manifest.txt"
  /// Its first line; a file of this name without it is somebody else's.
  package static let heading = "# The files of this book, written by weave. What a build no longer makes, it removes."

  package let path: String
  private let root: String
  private let start: String

  /// - Parameter isNamed: whether the user called it so; then it may be a link. In the folder no link is followed.
  package init(path: String, isNamed: Bool = true) {
    self.path = path
    root = isNamed ? path : (path as NSString).deletingLastPathComponent
    start = isNamed ? "" : (path as NSString).lastPathComponent + "/"
  }

  /// Writes what changed and removes what earlier builds made and this one does not. A file that no
  /// manifest lists is somebody else's: it stays, and where a page would take its place, nothing is written at all.
  /// - `kept`: files that are known to be what they should be.
  /// - `held`: files that stay as they are, if they are there; a name that ends in `/` is all of a folder's.
  package func update(_ files: [OutputFile], keeping kept: [String] = [], holding held: [String] = []) throws -> Report
  {
    var report = Report()
    let lock = FolderLock(file(Self.manifest))
    defer { withExtendedLifetime(lock) {} }
    let lines = try lines()
    let previous = lines.filter(Self.isInside)
    let standing = Set(previous)
    let held = held.flatMap { name in name.hasSuffix("/") ? previous.filter { $0.hasPrefix(name) } : [name] }
    let paths = files.map(\.path) + kept + held.filter { standing.contains($0) && file($0).isThere }
    if lock.isHeld {
      for folder in Set((paths + previous).map(Self.folder(of:))) {
        file(folder.isEmpty ? "any" : "\(folder)/any").sweep()
      }
    }
    try refuseStrangers(files, standing)
    // What is new is listed before it is there: a build that is killed between leaves no file that nobody removes.
    let made = Set(paths)
    if !made.isSubset(of: standing) { try list(standing.union(made)) }
    for (file, brought) in zip(files, files.concurrentMap { file in Result { try bring(file) } }) {
      let (isNew, known) = try brought.get()
      if isNew { report.written.append(file.path) } else { report.unchanged.append(file.path) }
      report.contents[file.path] = known
    }
    report.unchanged += kept
    // What is old stays listed until it is gone.
    for old in previous where !made.contains(old) && file(old).isThere {
      try file(old).remove()
      report.removed.append(old)
      removeEmptyFolders(above: old)
    }
    if made != standing || lines.count != made.count { try list(made) }
    return report
  }

  /// The report of a build that leaves all as it is.
  package var untouched: Report { Report(unchanged: listed().filter { file($0).isThere }) }

  private func refuseStrangers(_ files: [OutputFile], _ standing: Set<String>) throws {
    let strangers = files.filter { made in
      guard !standing.contains(made.path), let bytes = file(made.path).read() else { return false }
      return bytes != made.bytes
    }
    guard let first = strangers.map(\.path).min() else { return }
    let others = strangers.count > 1 ? " and \(strangers.count - 1) more" : ""
    throw EnvironmentError(
      "\(path)/\(first)\(others) would be replaced, which weave did not write: move it away, or name another folder "
        + "with --output"
    )
  }

  private func list(_ paths: Set<String>) throws {
    let bytes = Array(([Self.heading] + paths.sorted()).map { $0 + "\n" }.joined().utf8)
    if file(Self.manifest).read() != bytes { try file(Self.manifest).write(bytes) }
  }

  /// Whether the file had to be written, and what is known of it then.
  private func bring(_ file: OutputFile) throws -> (isNew: Bool, known: KnownFile?) {
    let place = self.file(file.path)
    if let (bytes, stamp) = try? place.contents(atMost: file.bytes.count), bytes == file.bytes {
      return (false, KnownFile(stamp, bytes))
    }
    try place.write(file.bytes)
    // By a stamp that any later one may equal for some milliseconds: the next build reads the file once more.
    return (true, place.stamp.map { KnownFile($0, file.bytes) })
  }

  /// What differs from `files`, by path; what other programs rendered is left out where the folder
  /// was made with other versions of them.
  package func differences(from files: [OutputFile], tools: ToolVersions) -> [Difference] {
    let marks = otherwiseRendered(tools)
    // Another KaTeX may bring other fonts, too.
    let isExcused: (String) -> Bool = { path in
      (!marks.isEmpty && path == "versions.json")
        || (marks.contains(.katex) && path.hasPrefix("\(OutputFolder.assets)/katex/"))
    }
    let listed = listed()
    var found: [Difference] = []
    if Set(listed).filter({ !isExcused($0) }) != Set(files.map(\.path)).filter({ !isExcused($0) }) {
      found.append(.different(Self.manifest))
    }
    for file in files where !isExcused(file.path) {
      guard let bytes = self.file(file.path).read() else {
        found.append(.missing(file.path))
        continue
      }
      if bytes == file.bytes { continue }
      let blank: ([UInt8]) -> [UInt8] = { page in marks.reduce(page) { $1.blanked($0) } }
      if file.path.hasSuffix(".html") || file.path.hasSuffix(".js"), !marks.isEmpty, blank(bytes) == blank(file.bytes) {
        continue
      }
      found.append(.different(file.path))
    }
    let made = Set(files.map(\.path))
    found += listed.filter { !made.contains($0) && !isExcused($0) && file($0).isThere }.map { .extra($0) }
    found += foreignPages(besides: made.union(listed)).map { .foreign($0) }
    return found.sorted { $0.path < $1.path }
  }

  /// Files of the kinds that pages are made of.
  private func foreignPages(besides known: Set<String>) -> [String] {
    let kinds = Download.pageKinds
    let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return all.filter { kinds.contains(($0 as NSString).pathExtension.lowercased()) && !known.contains($0) }
  }

  /// The versions that the folder was made with, if it says so.
  package var versions: ToolVersions? {
    file("versions.json").read().flatMap { try? JSONDecoder().decode(ToolVersions.self, from: Data($0)) }
  }

  private func otherwiseRendered(_ tools: ToolVersions) -> [Mark] {
    guard let old = versions else { return [] }
    return Mark.allCases.filter {
      switch $0 {
      case .katex: old.katex != tools.katex
      case .highlight: old.highlight != tools.highlight
      case .graphviz: (old.graphviz, old.font) != (tools.graphviz, tools.font)
      }
    }
  }

  /// The manifest's paths.
  private func listed() -> [String] { ((try? lines()) ?? []).filter(Self.isInside) }

  private func lines() throws(EnvironmentError) -> [String] {
    let lines = (file(Self.manifest).read() ?? []).split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    guard lines.isEmpty || lines[0] == Self.heading else {
      throw EnvironmentError(
        "\(path)/\(Self.manifest) was not written by this weave: delete it where this is the book's folder, "
          + "or name another folder with --output")
    }
    return Array(lines.dropFirst())
  }

  /// A path that leads out of the folder is none of the book's.
  private static func isInside(_ path: String) -> Bool {
    !path.utf8.starts(with: "/".utf8)
      && !path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) }
  }

  /// Of a file, as its path names it; empty where it names none.
  private static func folder(of path: String) -> String {
    String(path[..<(path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex)])
  }

  private func removeEmptyFolders(above file: String) {
    var place = file
    while place.utf8.contains(UInt8(ascii: "/")), self.file(place).removeFolder() { place = Self.folder(of: place) }
  }

  package func file(_ relative: String) -> RootedFile { RootedFile(root: root, start + relative) }
}
