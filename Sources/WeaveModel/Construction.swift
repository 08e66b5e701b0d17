import WeaveSupport

// A value's memberwise initialiser stays inside its module. These are the public ones, with the
// defaults that a caller outside (a test, a tool) wants.

extension Chapter {
  package init(_ name: String, source: Source, title: String, subtitle: String? = nil, short: String? = nil) {
    self.init(
      name: name, source: source,
      front: FrontMatter(title: title, subtitle: subtitle, short: short ?? title), title: Prose(plain: title),
      subtitle: subtitle.map { Prose(plain: $0) })
  }
}

extension CodeBlock {
  package init(
    _ mode: Mode, _ code: String, index: Int, line: Int = 1, pin: String? = nil,
    attributes: Attributes = .none
  ) {
    self.init(
      index: index, mode: mode, attributes: attributes, code: code, fenceLine: line, end: 0, indent: "",
      pin: pin.map {
        Pin(text: $0, range: 0..<0, line: line, fence: Pin.Fence(range: 0..<0, mark: UInt8(ascii: "`"), length: 3))
      })
  }
}

extension CodeBlock.Attributes {
  package static var none: Self { Self() }
}

extension BoundLink {
  package init(_ index: Int, _ target: Target, text: String, title: String? = nil) {
    self.init(
      index: index, target: target, range: 0..<0, text: text, textRange: 0..<0, targetRange: 0..<0, title: title)
  }
}

extension Formula {
  package init(_ tex: String, display: Bool = false, id: String? = nil, at offset: Int = 0) {
    self.init(tex: tex, display: display, id: id, offset: offset)
  }
}

extension Diagram {
  package init(_ dot: String, id: String? = nil, caption: Prose? = nil, at line: Int = 1) {
    self.init(dot: dot, id: id, caption: caption, line: line)
  }
}

extension LabelledTable {
  package init(_ id: String?, caption: Prose?, at line: Int = 1) {
    self.init(id: id, caption: caption, line: line)
  }
}

extension Listing {
  package init(_ code: String, in language: String) { self.init(language: language, code: code) }
}

extension Heading {
  package init(_ level: Int, _ text: String, id: String, at line: Int = 1) {
    self.init(level: level, id: id, text: text, line: line)
  }
}

extension FigureRecord {
  package init(_ svg: String, table: [[String]] = []) { self.init(svg: svg, table: table) }
}

extension Label {
  package init(_ kind: Kind, _ number: Int) { self.init(kind: kind, number: number) }
}

extension Book {
  package init(
    _ title: String, subtitle: String? = nil, language: Language = .standard, chapters: [Chapter],
    references: [String: Reference] = [:]
  ) {
    self.init(
      title: title, subtitle: subtitle, language: language, chapters: chapters, references: references)
  }
}

extension VerifiedChapter {
  package init(
    _ chapter: Chapter, record: RunRecord = RunRecord(), evidence: [Int: Evidence] = [:],
    labels: [String: Label] = [:], blockLabels: [Int: Label] = [:], tableLabels: [Int: Label] = [:],
    formulaLabels: [Int: Label] = [:], diagramLabels: [Int: Label] = [:], bibliography: [Reference] = []
  ) {
    self.init(
      chapter: chapter, record: record, evidence: evidence, labels: labels, blockLabels: blockLabels,
      tableLabels: tableLabels, formulaLabels: formulaLabels, diagramLabels: diagramLabels,
      bibliography: bibliography)
  }
}

extension FixIt {
  package init(_ range: Range<Int>, _ replacement: String) {
    self.init(
      range: range, replacement: replacement, subject: "", old: "", new: "", position: Position(line: 1, column: 1))
  }
}
