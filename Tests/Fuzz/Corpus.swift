import Foundation

/// What is damaged: the project's own chapters, its test cases, the figures of its pages.
enum Corpus {
  static let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["FUZZ_ROOT"] ?? FileManager.default.currentDirectoryPath)

  private static func texts(in folder: URL, _ isWanted: (String) -> Bool) -> [(name: String, text: String)] {
    let names = ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []).sorted()
    return names.filter(isWanted).compactMap { name in
      (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)).map { (name, $0) }
    }
  }

  /// Whole chapters, those of the test cases after the book's own.
  static let chapters: [String] = {
    let found = texts(in: root.appendingPathComponent("Chapters")) { $0.hasSuffix(".md") && !$0.contains("/") }
    guard found.count > 3 else {
      FileHandle.standardError.write(
        Data("weave-fuzz: there are no chapters in \(root.path)/Chapters: run it in the project's folder\n".utf8))
      exit(2)
    }
    return found.map(\.text)
  }()

  static let cases: [String] = texts(in: root.appendingPathComponent("Tests/WeaveTests/Cases")) {
    $0.hasSuffix(".md") && $0.contains("Chapters/")
  }.map(\.text)

  static let references =
    (try? String(contentsOf: root.appendingPathComponent("Chapters/references.json"), encoding: .utf8)) ?? "[]"
  static let list =
    (try? String(contentsOf: root.appendingPathComponent("Chapters/book.yml"), encoding: .utf8)) ?? "title: 本\n"

  /// Entries of the list of publications by their keys.
  private static let entries: [(key: String, entry: String)] = {
    guard let list = try? JSONSerialization.jsonObject(with: Data(references.utf8)) as? [[String: Any]] else {
      return []
    }
    return list.compactMap { entry in
      guard let key = entry["id"] as? String,
        let data = try? JSONSerialization.data(withJSONObject: entry, options: [.sortedKeys, .withoutEscapingSlashes])
      else { return nil }
      return (key, String(decoding: data, as: UTF8.self))
    }
  }()

  /// The publications that a text may cite: reading all of them takes longer than all else.
  static func references(in text: String) -> String {
    let cited = Set(
      text.split(separator: "#@").dropFirst().map {
        String($0.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
      })
    return "[" + entries.filter { cited.contains($0.key) }.map(\.entry).joined(separator: ",\n") + "]\n"
  }

  /// The figures and diagrams of the woven pages.
  static let smallFigures: [String] = texts(in: root.appendingPathComponent("Output")) { $0.hasSuffix(".html") }.flatMap
  { _, page in
    let bytes = Array(page.utf8), start = Array("<svg".utf8), end = Array("</svg>".utf8)
    var found: [String] = [], begin: Int?
    for index in bytes.indices where bytes[index] == UInt8(ascii: "<") {
      if begin == nil, bytes[index...].starts(with: start) { begin = index }
      guard let from = begin, bytes[index...].starts(with: end) else { continue }
      // Small enough to be damaged a thousand times.
      if index - from < 12_000 { found.append(String(decoding: bytes[from..<index + end.count], as: UTF8.self)) }
      begin = nil
    }
    return found
  }

  // MARK: Excerpts

  nonisolated(unsafe) private static let reference = /\[([^\[\]]*)\]\((?:[\w.-]+\.md)?#[\w一-龠ぁ-んァ-ヶ-]+\)/
  nonisolated(unsafe) private static let footnote = /\[\^[^\]]*\]:?/

  /// Some paragraphs of a chapter that can stand alone: references to what is elsewhere are plain words.
  static func excerpt(_ mutator: inout Mutator) -> String {
    if !cases.isEmpty, mutator.below(6) == 0 { return mutator.pick(cases) }
    let chapter = mutator.pick(chapters)
    if mutator.below(60) == 0 { return chapter }
    let parts = paragraphs(of: chapter)
    guard parts.count > 2 else { return chapter }
    let first = 1 + mutator.below(parts.count - 1)
    let text = parts[first..<min(parts.count, first + 2 + mutator.below(12))].joined(separator: "\n\n")
    return parts[0] + "\n\n" + text.replacing(reference) { $0.1 }.replacing(footnote, with: "") + "\n"
  }

  /// By length. A batch is one thread.
  nonisolated(unsafe) private static var known: [Int: [String]] = [:]

  /// Split at blank lines outside fences; the front matter is the first.
  private static func paragraphs(of chapter: String) -> [String] {
    if let parts = known[chapter.utf8.count] { return parts }
    var parts: [String] = [], part: [Substring] = []
    var isFenced = false
    for line in chapter.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isFenced.toggle() }
      if line.isEmpty, !isFenced {
        if !part.isEmpty { parts.append(part.joined(separator: "\n")) }
        part = []
      } else {
        part.append(line)
      }
    }
    if !part.isEmpty { parts.append(part.joined(separator: "\n")) }
    known[chapter.utf8.count] = parts
    return parts
  }
}
