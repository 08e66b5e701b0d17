import Foundation
import Testing

/// One test: a folder with chapters and with what must come of them.
///
///     Chapters/…            the book; without a book.yml, its Markdown files in the order of their names
///     diagnostics.txt       every diagnostic, a line each; absent: none
///     promoted/x.md         what promoting makes of chapter x; absent: promoting changes nothing there
///     promoted.txt          the diagnostics of the promoted book; absent: none
///     page/x.html           fragments that `<main>` of the page holds, a line each; a line that begins with `! ` must not occur
///     unbound               the figures of numerals without a source that a book.yml made here has, `chapter: count` a line
///     alone                 an empty file: no other case runs beside this one
///     needs                 programs without which the case cannot be judged, a line each
///
/// `UPDATE_EXPECTED=1` writes diagnostics.txt, promoted/ and promoted.txt; whoever runs it reads them against the
/// README. By hand, a line of diagnostics.txt is that of the terminal, `Chapters/x.md:12:5: error: [number] …`, and
/// they stand in the order of files, lines and columns; a column counts characters, as editors do, from 1. The
/// fragments of page/ are always written by hand.
struct CaseFolder: Sendable, CustomTestStringConvertible {
  let url: URL
  /// `failure/pins`
  let name: String
  var testDescription: String { name }
  /// It uses up what all programs of one user share.
  var isAlone: Bool { text("alone") != nil }
  var mustFail: Bool { name.hasPrefix("failure/") }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let updates = ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1"

  /// Every folder that holds chapters.
  static let all: [CaseFolder] = ["expect", "failure"].flatMap { kind in
    names(in: root.appendingPathComponent(kind)).map {
      CaseFolder(url: root.appendingPathComponent("\(kind)/\($0)"), name: "\(kind)/\($0)")
    }
  }

  static func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }

  // MARK: What goes in

  /// A copy of the chapters in `scratch`, so that nothing is written here; its book.yml made where there is none.
  func copyChapters(to scratch: URL) throws -> URL {
    let target = scratch.appendingPathComponent("Chapters")
    try FileManager.default.copyItem(at: url.appendingPathComponent("Chapters"), to: target)
    let list = target.appendingPathComponent("book.yml")
    if !FileManager.default.fileExists(atPath: list.path) {
      let chapters = Self.names(in: target).filter { $0.hasSuffix(".md") }.map { "- \($0.dropLast(3))\n" }
      let modules = "modules:\n- package: \(Self.repository.path)\n  product: Kernel\n"
      let figures = lines("unbound").map { "  \($0)\n" }
      let unbound = figures.isEmpty ? "" : "unbound:\n" + figures.joined()
      try Data(("title: 本\n\(modules)chapters:\n" + chapters.joined() + unbound).utf8).write(to: list)
    }
    return target
  }

  /// Programs that the case needs and that are not on the PATH.
  var missingPrograms: [String] {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return lines("needs").filter { program in
      if program == "bwrap", !Self.bubblewrapWorks { return true }
      return !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
  }

  /// A container may forbid what it builds its walls of.
  static let bubblewrapWorks: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc", "/bin/true",
    ]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  // MARK: What must come out

  func text(_ file: String) -> String? { try? String(contentsOf: url.appendingPathComponent(file), encoding: .utf8) }
  func lines(_ file: String) -> [String] { (text(file) ?? "").split(separator: "\n").map(String.init) }

  /// Chapters of which something is expected in `folder`.
  func chapters(in folder: String, ending: String) -> [String] {
    Self.names(in: url.appendingPathComponent(folder)).filter { $0.hasSuffix(ending) }.map {
      String($0.dropLast(ending.count))
    }
  }

  /// Files that no check would look at: a misspelt expectation must not pass for a kept one.
  func unusedFiles(chapters: [String]) -> [String] {
    let known: Set = ["Chapters", "diagnostics.txt", "promoted", "promoted.txt", "page", "needs", "alone", "unbound"]
    var unused = Self.names(in: url).filter { !known.contains($0) }
    for (folder, ending) in [("promoted", ".md"), ("page", ".html")] {
      let expected = Set(chapters.map { $0 + ending })
      unused += Self.names(in: url.appendingPathComponent(folder)).filter { !expected.contains($0) }.map {
        "\(folder)/\($0)"
      }
    }
    if !chapters.isEmpty, text("promoted.txt") != nil, self.chapters(in: "promoted", ending: ".md").isEmpty {
      unused.append("promoted.txt")
    }
    return unused
  }

  /// Writes an expectation, or takes it away where nothing is expected.
  func update(_ file: String, _ text: String?) throws {
    let target = url.appendingPathComponent(file)
    guard let text, !text.isEmpty else {
      try? FileManager.default.removeItem(at: target)
      return
    }
    try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: target)
  }
}
