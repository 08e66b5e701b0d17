import Foundation
import Testing
import WeaveParse
import WeaveRender
import WeaveSupport

/// What a book's folders hold leads nowhere else: links are not followed, and what is no plain file is not opened.
@Suite struct ContainmentTests {
  private let scratch: ScratchFolder
  private let manager = FileManager.default

  init() throws {
    scratch = try ScratchFolder()
    try manager.createDirectory(atPath: "\(scratch.path)/outside/deep", withIntermediateDirectories: true)
    try scratch.write("SECRET", to: "outside/secret.txt")
    try scratch.write("SECRET", to: "outside/deep/kept.txt")
  }

  private func link(_ place: String, to target: String) throws {
    try? manager.removeItem(atPath: "\(scratch.path)/\(place)")
    try manager.createSymbolicLink(atPath: "\(scratch.path)/\(place)", withDestinationPath: target)
  }

  private func fifo(_ place: String) {
    try? manager.removeItem(atPath: "\(scratch.path)/\(place)")
    #expect(mkfifo("\(scratch.path)/\(place)", 0o600) == 0)
  }

  /// A file without a name in it, as the system's services make them.
  private func socket(_ place: String) throws {
    try? manager.removeItem(atPath: "\(scratch.path)/\(place)")
    #expect(mknod("\(scratch.path)/\(place)", S_IFSOCK | 0o600, 0) == 0)
  }

  private var isUntouched: Bool {
    scratch.read("outside/secret.txt") == "SECRET" && scratch.read("outside/deep/kept.txt") == "SECRET"
      && (try? manager.subpathsOfDirectory(atPath: "\(scratch.path)/outside").sorted()) == [
        "deep", "deep/kept.txt", "secret.txt",
      ]
  }

  // MARK: Chapters

  private static let chapter = "---\ntitle: 章\ndata:\n  - rows.csv\n---\n\n文章である。\n"

  /// What reading says of a book in which one thing is something else.
  private func read(_ change: () throws -> Void) throws -> [String] {
    try? manager.removeItem(atPath: "\(scratch.path)/Chapters")
    try manager.createDirectory(atPath: "\(scratch.path)/Chapters/data", withIntermediateDirectories: true)
    try scratch.write("title: 本\nchapters: [one]\n", to: "Chapters/book.yml")
    try scratch.write("[]", to: "Chapters/references.json")
    try scratch.write(Self.chapter, to: "Chapters/one.md")
    try scratch.write("1,2\n", to: "Chapters/data/rows.csv")
    try change()
    var reader = try BookReader(folder: URL(fileURLWithPath: "\(scratch.path)/Chapters"), shownAs: "Chapters")
    let book = reader.wholeBook()
    #expect(!"\(book)".contains("SECRET"))
    return reader.diagnostics.map(\.line)
  }

  private static let isLink = "is a link, and links are not followed: put what it leads to in its place"

  @Test func aPlainBookIsRead() throws { #expect(try read {} == []) }

  @Test(arguments: ["../../outside/secret.txt", "/etc/passwd", "../one.md", "rows.csv", "nowhere"])
  func aDataFileIsNoLink(_ target: String) throws {
    let found = try read { try link("Chapters/data/rows.csv", to: target) }
    #expect(found == ["Chapters/one.md:4:5: error: [front-matter] Chapters/data/rows.csv \(Self.isLink)"])
  }

  @Test(arguments: ["../outside", "/etc", "."]) func theFolderOfDataIsNoLink(_ target: String) throws {
    let found = try read {
      try manager.removeItem(atPath: "\(scratch.path)/Chapters/data/rows.csv")
      try link("Chapters/data", to: target)
    }
    #expect(found == ["Chapters/one.md:4:5: error: [front-matter] Chapters/data \(Self.isLink)"])
  }

  @Test(arguments: ["one.md", "book.yml", "references.json"]) func aSourceIsNoLink(_ name: String) throws {
    for target in ["../outside/secret.txt", "/etc/passwd", "/dev/zero", "nowhere"] {
      let found = try read { try link("Chapters/\(name)", to: target) }
      #expect(found == ["Chapters/\(name):1:1: error: [book] Chapters/\(name) \(Self.isLink)"])
    }
  }

  /// Whoever opened one would wait for a writer.
  @Test func whatIsNoFileIsNotOpened() throws {
    for name in ["one.md", "book.yml", "references.json"] {
      let line = "Chapters/\(name):1:1: error: [book] Chapters/\(name) is not a plain file: take it away"
      #expect(try read { fifo("Chapters/\(name)") } == [line])
      #expect(try read { try socket("Chapters/\(name)") } == [line])
    }
    let line = "Chapters/one.md:4:5: error: [front-matter] Chapters/data/rows.csv is not a plain file: take it away"
    #expect(try read { fifo("Chapters/data/rows.csv") } == [line])
    #expect(try read { try socket("Chapters/data/rows.csv") } == [line])
    let folder = try read {
      try manager.removeItem(atPath: "\(scratch.path)/Chapters/data/rows.csv")
      try manager.createDirectory(atPath: "\(scratch.path)/Chapters/data/rows.csv", withIntermediateDirectories: true)
    }
    #expect(folder == [line])
    if getuid() == 0 {
      let device = try read {
        try manager.removeItem(atPath: "\(scratch.path)/Chapters/data/rows.csv")
        #expect(mknod("\(scratch.path)/Chapters/data/rows.csv", S_IFCHR | 0o666, dev_t(1 << 8 | 5)) == 0)
      }
      #expect(device == [line])
    }
  }

  // MARK: Output

  private let page = OutputFile(path: "one.html", text: "1")
  private let style = OutputFile(path: "assets/deep/two.css", text: "2")

  private func output(isNamed: Bool = true) -> OutputFolder {
    OutputFolder(path: "\(scratch.path)/out", isNamed: isNamed)
  }

  @Test func nothingIsWrittenThroughALinkedFolder() throws {
    for target in ["../outside", "\(scratch.path)/outside", "."] {
      try? manager.removeItem(atPath: "\(scratch.path)/out")
      try manager.createDirectory(atPath: "\(scratch.path)/out", withIntermediateDirectories: true)
      try link("out/assets", to: target)
      let error = #expect(throws: EnvironmentError.self) { try output().update([page, style]) }
      #expect(
        error?.description
          == "cannot write \(scratch.path)/out/assets/deep/two.css: \(scratch.path)/out/assets \(Self.isLink)")
      #expect(isUntouched)
      #expect(
        output().differences(
          from: [page, style], tools: ToolVersions(katex: "", highlight: "", graphviz: "", font: "")
        ).contains(.missing(style.path)))
    }
  }

  /// What an older manifest lists, it may have listed for somebody else.
  @Test func nothingIsRemovedThroughALinkedFolder() throws {
    _ = try output().update([page])
    try link("out/assets", to: "../outside")
    let heading = "# The files of this book, written by weave. What a build no longer makes, it removes."
    try scratch.write("\(heading)\nassets/secret.txt\nassets/deep/kept.txt\none.html\n", to: "out/manifest.txt")
    let report = try output().update([page])
    #expect(report.removed == [])
    #expect(isUntouched)
    #expect(scratch.read("out/manifest.txt") == "\(heading)\none.html\n")
  }

  /// A link or a FIFO in the place of a file gives way to the file.
  @Test func whatStandsInAFilesPlaceIsReplaced() throws {
    for name in ["one.html", "assets/deep/two.css", "manifest.txt"] {
      for target in ["\(scratch.path)/outside/secret.txt", "/dev/full", "nowhere"] {
        _ = try output().update([page, style])
        try link("out/\(name)", to: target)
        _ = try output().update([page, style])
        #expect(isUntouched)
      }
      fifo("out/\(name)")
      _ = try output().update([page, style])
      #expect(
        output().differences(
          from: [page, style], tools: ToolVersions(katex: "", highlight: "", graphviz: "", font: "")) == [])
      #expect(
        try manager.attributesOfItem(atPath: "\(scratch.path)/out/\(name)")[.type] as? FileAttributeType == .typeRegular
      )
    }
    fifo("out/versions.json")
    #expect(output().versions == nil)
  }

  /// Only who calls the folder by its name says where it may lead.
  @Test func theFolderItselfMayBeALinkWhereItIsNamed() throws {
    try manager.createDirectory(atPath: "\(scratch.path)/real", withIntermediateDirectories: true)
    try link("out", to: "real")
    let error = #expect(throws: EnvironmentError.self) { try output(isNamed: false).update([page]) }
    #expect(error?.description == "cannot write \(scratch.path)/out/manifest.txt: \(scratch.path)/out \(Self.isLink)")
    #expect(try scratch.files().filter { $0.hasPrefix("real/") } == [])
    _ = try output().update([page])
    #expect(scratch.read("real/one.html") == "1")
  }

  // MARK: Cache

  @Test func theCacheFollowsNoLink() throws {
    let cache = Cache(folder: URL(fileURLWithPath: "\(scratch.path)/cache"))
    cache.store("value", "entry")
    let entry = try #require(try scratch.files().first { $0.hasSuffix("/entry") })
    try manager.copyItem(atPath: "\(scratch.path)/\(entry)", toPath: "\(scratch.path)/outside/entry")
    try link(entry, to: "\(scratch.path)/outside/entry")
    #expect(cache.value("entry", as: String.self) == nil)
    cache.store("other", "entry")
    #expect(cache.value("entry") == "other")
    fifo(entry)
    #expect(cache.value("entry", as: String.self) == nil)
    cache.store("third", "entry")
    #expect(cache.value("entry") == "third")
    try manager.removeItem(atPath: "\(scratch.path)/outside/entry")

    try link("cache", to: "outside")
    cache.store("value", "entry")
    #expect(cache.value("entry", as: String.self) == nil)
    #expect(isUntouched)
  }
}
