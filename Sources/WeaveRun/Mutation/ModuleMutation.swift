/// A change of one expression of a module's code, as the module's list names it.
package struct ModuleMutation: Sendable, Hashable {
  /// From the package's folder on.
  package var file: String
  /// What stands on the line before the expression, the expression, what takes its place, and what stands after it.
  var before: String
  var original: String
  var changed: String
  var after: String
  /// In the list.
  package var listLine: Int

  /// The line as it stands in the file, without its indentation.
  package var code: String { before + original + after }

  /// Tells it from all others, whatever else is in the list.
  package var name: String { "\(file): \(before)⟦\(original) → \(changed)⟧\(after)" }
}

/// A list of changes: a file's path, then lines of it, indented, each with one expression and what takes its place.
///
///     Sources/Statistics/Sample.swift
///       return sum / ⟦Double(values.count - 1) → Double(values.count)⟧
///
/// An empty line, and one that begins with `//`, says nothing.
package struct MutationList: Sendable {
  package private(set) var mutations: [ModuleMutation] = []
  package private(set) var problems: [Problem] = []

  /// What is wrong in a line of the list.
  package struct Problem: Sendable, Hashable {
    package var line: Int
    package var message: String

    init(_ line: Int, _ message: String) { (self.line, self.message) = (line, message) }
  }

  package init(_ text: String) {
    var file: String?
    var seen: Set<String> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let number = index + 1
      let words = Self.trimmed(line)
      if words.isEmpty || words.hasPrefix("//") { continue }
      guard line.first == " " else {
        let parts = words.split(separator: "/", omittingEmptySubsequences: false)
        let isInTarget = parts.count > 2 && parts[0] == "Sources" && !parts.contains { ["", ".", ".."].contains($0) }
        if !isInTarget { problems.append(Problem(number, "'\(words)' is not a file in Sources/MODULE")) }
        file = isInTarget ? String(words) : nil
        continue
      }
      guard let file else {
        problems.append(Problem(number, "a line of code stands after the file that it is in"))
        continue
      }
      guard let mutation = Self.mutation(words, of: file, number) else {
        problems.append(
          Problem(number, "a line of code has one change, ⟦expression → what takes its place⟧, with two that differ"))
        continue
      }
      if !seen.insert(mutation.name).inserted { problems.append(Problem(number, "this change stands here twice")) }
      mutations.append(mutation)
    }
  }

  private static func mutation(_ line: Substring, of file: String, _ number: Int) -> ModuleMutation? {
    guard let match = line.wholeMatch(of: /([^⟦⟧]*)⟦([^⟦⟧→]+) → ([^⟦⟧→]+)⟧([^⟦⟧]*)/), match.2 != match.3 else {
      return nil
    }
    return ModuleMutation(
      file: file, before: String(match.1), original: String(match.2), changed: String(match.3),
      after: String(match.4), listLine: number)
  }

  private static func trimmed(_ line: Substring) -> Substring {
    var line = line.drop(while: \.isWhitespace)
    while line.last?.isWhitespace == true { line.removeLast() }
    return line
  }

  /// A file's text with both forms of each expression, between which a switch chooses by the change's number.
  /// - Parameter mutations: those of the file, with their numbers.
  package static func applying(_ mutations: [(id: Int, mutation: ModuleMutation)], to text: String) -> (
    text: String, problems: [Problem]
  ) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let code = lines.map { trimmed($0[...]) }
    var problems: [Problem] = []
    var places: [Int: [(range: Range<Int>, id: Int, mutation: ModuleMutation)]] = [:]
    for (id, mutation) in mutations {
      let found = code.indices.filter { code[$0] == mutation.code }
      guard found.count == 1 else {
        let how = found.isEmpty ? "no line of \(mutation.file) is" : "\(found.count) lines of \(mutation.file) are"
        problems.append(Problem(mutation.listLine, "\(how) '\(mutation.code)': name one that stands there once"))
        continue
      }
      let start = mutation.before.utf8.count
      let range = start..<start + mutation.original.utf8.count
      if let other = places[found[0], default: []].first(where: { $0.range.overlaps(range) }) {
        problems.append(
          Problem(mutation.listLine, "this change overlaps that of line \(other.mutation.listLine): leave one out"))
        continue
      }
      places[found[0], default: []].append((range, id, mutation))
    }
    for (line, changes) in places {
      let indent = lines[line].prefix(while: \.isWhitespace)
      var bytes = Array(code[line].utf8)
      for (range, id, mutation) in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
        let both = "(\(switchName)(\(id)) ? (\(mutation.changed)) : (\(mutation.original)))"
        bytes.replaceSubrange(range, with: both.utf8)
      }
      lines[line] = indent + String(decoding: bytes, as: UTF8.self)
    }
    return (lines.joined(separator: "\n"), problems)
  }

  private static let switchName = "weaveIsMutated"

  /// The switch, a file of each target that has changes. It tells of the places that it passes by a function of the
  /// chapters' library, which is there in a chapter's program alone.
  static let switchSource = """
    #if canImport(Glibc)
      @preconcurrency import Glibc
    #elseif canImport(Musl)
      @preconcurrency import Musl
    #else
      @preconcurrency import Darwin
    #endif

    /// The change that is on; 0: none, -1: not asked yet, -2: none, and each place is told.
    nonisolated(unsafe) private var chosen: Int32 = -1
    nonisolated(unsafe) private var tell: (@convention(c) (Int32) -> Void)?

    @inline(__always) func \(switchName)(_ id: Int32) -> Bool { chosen < 0 ? look(id) : chosen == id }

    @inline(never) private func look(_ id: Int32) -> Bool {
      if chosen == -1 {
        let number = getenv("WEAVE_MUTATION").map { atoi($0) } ?? 0
        #if canImport(Darwin)
          let all = UnsafeMutableRawPointer(bitPattern: -2)
        #else
          let all: UnsafeMutableRawPointer? = nil
        #endif
        if number < 0, let place = dlsym(all, "weave_mutation_passed") {
          tell = unsafeBitCast(place, to: (@convention(c) (Int32) -> Void).self)
        }
        chosen = number
      }
      if chosen == -2 { tell?(id) }
      return chosen == id
    }

    """
}
