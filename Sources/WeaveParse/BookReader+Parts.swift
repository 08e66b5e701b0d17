import Foundation
import WeaveModel
import WeaveSupport

/// Code of a chapter that stands in other files.
extension BookReader {
  private static let mostCode = 1 << 20

  /// What is wrong with a part of a file, and what to do about it.
  private struct PartProblem: Error { var message: String }

  /// Reads the parts that the chapter's blocks name; tells at the fence what is wrong with one.
  mutating func readParts(of chapter: inout Chapter) {
    for index in chapter.blocks.indices {
      guard var part = chapter.blocks[index].attributes.file else { continue }
      do throws(PartProblem) {
        let text = try text(of: part.path, in: chapter.name)
        (chapter.blocks[index].code, part.lines) = try Self.region(part, in: text)
        chapter.blocks[index].attributes.file = part
      } catch {
        // What the program would do without it says nothing.
        chapter.lacksData = true
        let fence = chapter.source.positions(ofLine: chapter.blocks[index].fenceLine)
        diagnostics.append(Diagnostic(.block, chapter.source.path, fence, error.message))
      }
    }
  }

  private mutating func text(of path: String, in chapter: String) throws(PartProblem) -> String {
    let file = file(path)
    let bytes: [UInt8]
    if let held = edited[path] {
      bytes = Array(held.utf8)
    } else {
      do throws(RootedFile.Obstacle) {
        guard let read = try file.contents(atMost: Self.mostCode) else {
          throw RootedFile.Obstacle.system(EFBIG)
        }
        bytes = read.bytes
        besides[chapter, default: [:]][path] = .some(KnownFile(read.stamp, bytes))
      } catch {
        switch error {
        case .missing:
          throw PartProblem(message: "there is no file \(shown)/\(path): put it there, or mend the name after file=")
        case .outside:
          throw PartProblem(
            message: "'\(path)' leads out of \(shown): put the file there, and write its way from there")
        case .system: throw PartProblem(message: "\(shown)/\(path) cannot be read, or has more than 1 MB")
        default: throw PartProblem(message: error.reason(file, root: shown))
        }
      }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PartProblem(message: "\(shown)/\(path) is not UTF-8: save it so")
    }
    if let (line, scalar) = UnseenText.first(inCode: bytes) {
      throw PartProblem(
        message: "\(shown)/\(path) holds U+\(scalar.number) in line \(line), which a reader does not see: take it out")
    }
    return text
  }

  /// The lines of a region without what they are all indented by, and their places in the file.
  private static func region(_ part: CodePart, in text: String) throws(PartProblem) -> (code: String, lines: [Int]) {
    var known: [String] = [], depth = 0, start: Int?
    var found: [(line: Int, text: Substring)] = [], isClosed = false
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count == 3, words[0] == "//", words[1] == "region" {
        if words[2] == part.region, known.contains(part.region) {
          throw PartProblem(message: "\(part.path) has the region \(part.region) twice: give one another name")
        }
        known.append(String(words[2]))
        depth += 1
        if words[2] == part.region { start = depth }
      } else if (2...3).contains(words.count), words[0] == "//", words[1] == "endregion" {
        if depth == start, !isClosed { isClosed = true }
        depth = max(0, depth - 1)
      } else if start != nil, !isClosed {
        found.append((number + 1, line))
      }
    }
    guard start != nil else {
      let names = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
      throw PartProblem(
        message: "\(part.path) has no region \(part.region): begin it with '// region \(part.region)' (\(names))")
    }
    if !isClosed {
      throw PartProblem(
        message: "the region \(part.region) of \(part.path) has no end: write '// endregion' where it ends")
    }
    func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }
    while let last = found.last, isBlank(last.text) { found.removeLast() }
    found = Array(found.drop { isBlank($0.text) })
    if found.isEmpty {
      throw PartProblem(message: "the region \(part.region) of \(part.path) is empty: write its code")
    }
    let indent = found.filter { !isBlank($0.text) }.map { $0.text.prefix { $0 == " " || $0 == "\t" }.count }.min() ?? 0
    return (found.map { "\($0.text.dropFirst(indent))\n" }.joined(), found.map(\.line))
  }
}
