import WeaveModel
import WeaveSupport
import Yams

/// The YAML between the first `---` and the next.
struct FrontMatterReader {
  var front: FrontMatter
  /// Names of data files, and where they are named.
  private(set) var data: [(name: String, place: Position)] = []
  /// Offset of the first byte after it.
  var end: Int
  var diagnostics: [Diagnostic] = []
  /// Titles with Markdown in them, and which is which.
  private(set) var captions: [Leaf] = []
  private(set) var title: Leaf.Key?
  private(set) var subtitle: Leaf.Key?
  /// By name: the bytes of the titles that stand in the file as YAML gives them.
  private(set) var places: [String: [Range<Int>]] = [:]

  init(_ source: Source, name: String) {
    front = FrontMatter(title: name, subtitle: nil, short: name)
    end = 0
    guard source[0..<source.lineEnd(1)] == "---" else {
      report(source, 1, "the chapter begins without front matter: write ---, title: …, --- as its first lines")
      return
    }
    guard
      let last = (1..<source.lineStarts.count).first(where: {
        source[source.lineStarts[$0]..<source.lineEnd($0 + 1)] == "---"
      })
    else {
      report(source, 1, "the front matter is never closed: end it with a line ---")
      return
    }
    end = last + 1 < source.lineStarts.count ? source.lineStarts[last + 1] : source.bytes.count
    let yaml = source[min(source.lineStarts[1], source.lineStarts[last])..<source.lineStarts[last]]
    do {
      guard let node = try Yams.compose(yaml: yaml, .basic) else {
        report(source, 1, "the front matter is empty: it needs at least title: …")
        return
      }
      guard let mapping = node.mapping else {
        report(source, 2, "the front matter is not a list of names and values: write title: …")
        return
      }
      for (key, value) in mapping {
        let place = source.position(key.mark, below: 1)
        if key.string == "data" {
          readData(value, source, place)
          continue
        }
        guard let written = value.string ?? value.scalar?.string else {
          report(source, place, "'\(key.string ?? "?")' is not text: write it as one line of words")
          continue
        }
        if let problem = UnseenText.problem(of: key.string ?? "?", written) { report(source, place, problem) }
        let text = written.shownPlainly
        let start = source.lineStart(place.line)
        places[key.string ?? ""] = [
          source.bytes[start..<end].firstRange(of: Array(text.utf8)) ?? start..<start
        ]
        if value.isBlank {
          report(source, place, "'\(key.string ?? "?")' is empty: write its words, or take the line out")
          continue
        }
        switch key.string {
        case "title":
          front.title = text
          title = addCaption(written, place, cell: 0, source)
        case "subtitle":
          front.subtitle = text
          subtitle = addCaption(written, place, cell: 1, source)
        case "short":
          if text.holdsMarkdown { report(source, place, "'short' is plain text: take Markdown's marks out of it") }
          front.short = text
        default:
          report(source, place, "'\(key.string ?? "?")' is unknown: the front matter has title, subtitle, short, data")
        }
      }
      if mapping["title"] == nil { report(source, 1, "the front matter has no title: add title: …") }
      if mapping["short"] == nil { front.short = front.title }
    } catch let error as YamlError {
      report(source, source.position(error.mark, below: 1), "the front matter is not valid YAML: \(error.brief)")
    } catch {
      report(source, 1, "the front matter is not valid YAML: \(error)")
    }
  }

  /// A title that stands in the file as YAML gives it: its Markdown is read in its place.
  private mutating func addCaption(_ text: String, _ place: Position, cell: Int, _ source: Source) -> Leaf.Key? {
    guard text.utf8.contains(where: "$*`[_~\\<&".utf8.contains),
      let range = source.bytes[source.lineStart(place.line)..<end].firstRange(of: Array(text.utf8))
    else { return nil }
    let key = Leaf.Key(line: place.line, cell: cell, isCaption: true)
    var leaf = Leaf(key)
    leaf.add(range, of: source)
    captions.append(leaf)
    return key
  }

  private mutating func readData(_ value: Node, _ source: Source, _ key: Position) {
    guard let entries = value.sequence.map(Array.init) ?? (value.string == nil ? nil : [value]) else {
      report(
        source, key, "'data' is not a list of names: write data: [NAME, …], files in the folder data/ of the chapters")
      return
    }
    for entry in entries {
      let place = entry.mark.map { source.position($0, below: 1) } ?? key
      let name = entry.string ?? entry.scalar?.string ?? ""
      if name.isEmpty || name.hasPrefix(".") || !name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) {
        report(
          source, place, "'\(name)' is not a data file's name: letters, digits, -, _ and . only, without the folder")
      } else if data.contains(where: { $0.name == name }) {
        report(source, place, "the data file '\(name)' is named twice: take one out")
      } else {
        data.append((name, place))
      }
    }
  }

  private mutating func report(_ source: Source, _ line: Int, _ message: String) {
    report(source, Position(line: line, column: 1), message)
  }

  private mutating func report(_ source: Source, _ place: Position, _ message: String) {
    diagnostics.append(Diagnostic(.frontMatter, source.path, place, message))
  }
}

extension Source {
  /// Where a mark of YAML stands that begins after the first `lines` lines; never outside the text.
  package func position(_ mark: Yams.Mark?, below lines: Int = 0) -> Position {
    guard let mark else { return Position(line: min(1 + lines, lineStarts.count), column: 1) }
    let line = min(max(1, mark.line + lines), lineStarts.count)
    let width = self[lineStart(line)..<lineEnd(line)].count
    return Position(line: line, column: min(max(1, mark.column), width + 1))
  }
}

extension YamlError {
  /// The place within the YAML, where libyaml knows it.
  package var mark: Yams.Mark? {
    switch self {
    case .reader(_, _, _, _), .writer, .emitter, .representer, .memory, .no, .dataCouldNotBeDecoded,
      .duplicatedKeysInMapping:
      nil
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      mark
    }
  }

  package var brief: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
      problem
    default: String(describing: self).split(separator: "\n").first.map(String.init) ?? "unreadable"
    }
  }
}

extension Node {
  /// Nothing to read: no words, or YAML's null.
  var isBlank: Bool {
    guard let scalar else { return false }
    return scalar.string.allSatisfy(\.isWhitespace)
      || scalar.style == .plain && ["~", "null", "Null", "NULL"].contains(scalar.string)
  }
}

extension String {
  /// Whether a reader of plain text would see Markdown's marks in it.
  var holdsMarkdown: Bool { contains(/\*\*|~~|`|\$[^\s$][^$]*\$|\]\(/) }
}
