import Yams

/// The YAML between the first `---` and the next.
struct FrontMatterReader {
  var front: FrontMatter
  /// Offset of the first byte behind it.
  var end: Int
  var diagnostics: [Diagnostic] = []

  init(_ source: Source, name: String) {
    front = FrontMatter(title: name, subtitle: nil, short: name)
    end = 0
    guard source[0..<source.lineEnd(1)] == "---" else {
      report(source, 1, "the chapter begins without front matter: write ---, title: …, --- as its first lines")
      return
    }
    guard let last = (1..<source.lineStarts.count).first(where: {
      source[source.lineStarts[$0]..<source.lineEnd($0 + 1)] == "---"
    }) else {
      report(source, 1, "the front matter is never closed: end it with a line ---")
      return
    }
    end = last + 1 < source.lineStarts.count ? source.lineStarts[last + 1] : source.bytes.count
    let yaml = source[min(source.lineStarts[1], source.lineStarts[last])..<source.lineStarts[last]]
    do {
      guard let node = try Yams.compose(yaml: yaml) else {
        report(source, 1, "the front matter is empty: it needs at least title: …")
        return
      }
      guard let mapping = node.mapping else {
        report(source, 2, "the front matter is no list of names and values: write title: …")
        return
      }
      for (key, value) in mapping {
        let line = (key.mark?.line ?? 1) + 1
        guard let text = value.string ?? value.scalar?.string else {
          report(source, line, "'\(key.string ?? "?")' is no text")
          continue
        }
        switch key.string {
        case "title": front.title = text
        case "subtitle": front.subtitle = text
        case "short": front.short = text
        default:
          report(source, line, "'\(key.string ?? "?")' is unknown: the front matter has title, subtitle, short")
        }
      }
      if mapping["title"] == nil { report(source, 1, "the front matter has no title: add title: …") }
      if mapping["short"] == nil { front.short = front.title }
    } catch let error as YamlError {
      report(source, (error.line ?? 1) + 1, "the front matter is no YAML: \(error.brief)")
    } catch {
      report(source, 1, "the front matter is no YAML: \(error)")
    }
  }

  private mutating func report(_ source: Source, _ line: Int, _ message: String) {
    diagnostics.append(Diagnostic(.frontMatter, source.path, Position(line: line, column: 1), message))
  }
}

extension YamlError {
  /// 1-based line within the YAML, where libyaml knows it.
  var line: Int? {
    switch self {
    case .reader(_, _, _, _), .writer, .emitter, .representer, .memory, .no, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
      nil
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      mark.line
    }
  }

  var brief: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
      problem
    default: String(describing: self).split(separator: "\n").first.map(String.init) ?? "unreadable"
    }
  }
}
