import WeaveModel
import WeaveParse
import WeaveSupport

/// Finds every numeral that a chapter's page shows: in the text as it is shown, in formulas, in labels of diagrams.
struct NumeralFinder {
  private(set) var found: [AuditedNumeral] = []
  private let chapter: Chapter
  private let page: Surroundings
  /// What labels are called.
  private let words: Words

  init(_ chapter: Chapter, _ words: Words) {
    self.chapter = chapter
    self.words = words
    page = Surroundings(chapter)
    readText()
    readFormulas()
    for diagram in chapter.diagrams { read(diagram) }
    for block in chapter.blocks { readLabels(of: block) }
    found.sort { $0.offset < $1.offset }
  }

  /// A stretch of shown text, and of each of its scalars the bytes that write it, and its place on the page.
  private struct Stretch {
    var scalars: [Unicode.Scalar] = []
    var origins: [Range<Int>] = []
    var places: [Int] = []
    var isHeading = false
    var isPlaced = true

    mutating func add(_ scalar: Unicode.Scalar, _ origin: Range<Int>, _ place: Int) {
      scalars.append(scalar)
      origins.append(origin)
      places.append(place)
    }
  }

  // MARK: Text

  /// A block at a time; a formula is one sign, for its numbers are read apart.
  private mutating func readText() {
    let text = page.text
    var stretch = Stretch()
    var formula = 0, code = 0, region = 0, index = 0
    while index < text.count {
      if formula < page.formulas.count, page.formulas[formula].lowerBound <= index {
        let range = page.formulas[formula]
        formula += 1
        stretch.add(Surroundings.formula, page.origins.indices.contains(index) ? page.origins[index] : 0..<0, index)
        index = max(index, range.upperBound)
        continue
      }
      while code < page.code.count, page.code[code].upperBound < index { code += 1 }
      // What is code is no part of a word beside it.
      if code < page.code.count, page.code[code].lowerBound == index || page.code[code].upperBound == index,
        text[page.code[code]].contains(where: NumeralWords.isLetter)
      {
        stretch.add(" ", page.origins[index].lowerBound..<page.origins[index].lowerBound, index)
      }
      while region < page.regions.count, page.regions[region].start <= index {
        (stretch.isHeading, stretch.isPlaced) = (page.regions[region].isHeading, page.regions[region].isPlaced)
        region += 1
      }
      if text[index] == "\n" {
        read(stretch)
        stretch = Stretch()
      } else if text[index] == "<", page.origins[index].isEmpty, stretch.isPlaced {
        let origin = page.origins[index]
        while index + 1 < text.count, text[index] != ">" { index += 1 }
        // Beside what ends a number it changes nothing.
        let isWithin = [stretch.scalars.last, index + 1 < text.count ? text[index + 1] : nil].allSatisfy {
          $0.map { !NumeralWords.isBreak($0) } ?? false
        }
        if isWithin { stretch.add(Surroundings.tag, origin, index) }
      } else {
        stretch.add(text[index], page.origins[index], index)
      }
      index += 1
    }
    read(stretch)
  }

  private mutating func read(_ stretch: Stretch, isOnPage: Bool = true) {
    let isCounted = stretch.scalars.contains { NumeralWords.isNumeric($0) || NumeralRefusal.isKanjiNumeral($0) }
    guard isCounted else { return }
    let text = String(scalars: stretch.scalars)
    var start = 0, index = text.startIndex
    for reading in NumeralReader.readings(in: text) {
      start += text.unicodeScalars.distance(from: index, to: reading.range.lowerBound)
      index = reading.range.lowerBound
      let count = text[reading.range].unicodeScalars.count
      if count == 0 || reading.isLetter(in: text) && !reading.isKanji { continue }
      judge(reading, text, stretch, start..<start + count, isOnPage)
    }
  }

  private mutating func judge(
    _ reading: Reading, _ text: String, _ stretch: Stretch, _ range: Range<Int>, _ isOnPage: Bool
  ) {
    let places = stretch.places[range.lowerBound]..<stretch.places[range.upperBound - 1] + 1
    var seen = Sighting(reading, in: text)
    seen.isTitle = stretch.isHeading && range == stretch.scalars.indices
    if isOnPage, let code = page.code(at: places) {
      seen.code = code
      // In Markdown a dollar sign begins a formula; where one is shown it stands in another form.
      let piece = code.replacing("＄", with: "$")
      seen.isInProgram = chapter.blocks.contains { $0.code.contains(piece) }
    }
    var numeral = AuditedNumeral(
      ground: .unbound, text: seen.text, offset: stretch.origins[range.lowerBound].lowerBound)
    let link = isOnPage ? page.link(at: places) : nil
    if let link, let ground = ground(of: link.index, places, isWithin: link.isWithin, seen) {
      numeral.ground = ground
    } else if isOnPage, seen.text == "1", isTakenUp(stretch, range.lowerBound) {
      numeral.ground = .bound
    } else if isDisguised(stretch, range) {
      numeral.ground = .disguised
    } else if let rule = FreeRule.of(seen) {
      numeral.ground = .free(rule)
    } else {
      let measured = Measurement.of(seen)
      numeral.look = measured?.name ?? (seen.isKanji ? "a number in words" : "a number")
      if case .refused(let form) = seen.kind, !seen.isKanji { numeral.form = form }
      numeral.isMeasured = measured != nil && isOnPage && !stretch.isHeading && seen.code == nil && link == nil
    }
    let (start, end) = (stretch.origins[range.lowerBound].lowerBound, stretch.origins[range.upperBound - 1].upperBound)
    let isDisguised = if case .disguised = numeral.ground { true } else { false }
    if start < end, isDisguised || stretch.scalars[range].contains(Surroundings.tag) {
      numeral.text = chapter.source[start..<end]
    }
    found.append(numeral)
  }

  /// `[8.0](#=x)分の1`: the words after a bound number go on with it, and it is held with them.
  private func isTakenUp(_ stretch: Stretch, _ start: Int) -> Bool {
    guard start > 2, stretch.scalars[start - 2..<start].elementsEqual("分の".unicodeScalars),
      let link = page.link(at: stretch.places[start - 3]..<stretch.places[start - 3] + 1),
      case .expression = chapter.links[link.index].target
    else { return false }
    return true
  }

  /// Whether the source does not hold it as one row of the same characters. A line may end within it.
  private func isDisguised(_ stretch: Stretch, _ range: Range<Int>) -> Bool {
    guard stretch.isPlaced else { return false }
    let signs = [Surroundings.formula, Surroundings.footnote, Surroundings.tag]
    // H<sub>2</sub>O is written as what it is.
    if !NumeralWords.isLetter(stretch.scalars[range.lowerBound]),
      stretch.scalars[range].contains(Surroundings.tag)
    {
      return true
    }
    for index in range {
      let origin = stretch.origins[index], scalar = stretch.scalars[index]
      if signs.contains(scalar) || scalar == "＄" { continue }
      let isPlain = origin.count == UTF8.width(scalar) || "&<>\"".unicodeScalars.contains(scalar)
      if !isPlain, !NumeralWords.isSpace(scalar) { return true }
      guard index > range.lowerBound, !signs.contains(stretch.scalars[index - 1]) else { continue }
      let before = stretch.origins[index - 1].upperBound
      if before == origin.lowerBound { continue }
      guard before < origin.lowerBound else { return true }
      let gap = chapter.source.bytes[before..<origin.lowerBound]
      if !gap.contains(10) || !gap.allSatisfy({ " \t\n>".utf8.contains($0) }) { return true }
    }
    return false
  }

  // MARK: Links

  /// What a link's text rests on; nil where the link says nothing of this number.
  private func ground(of link: Int, _ places: Range<Int>, isWithin: Bool, _ seen: Sighting) -> AuditedNumeral.Ground? {
    switch chapter.links[link].target {
    // A number that reaches out of it is refused by the one who holds it against its value. Beside one in digits, a
    // name and a number in words are held against nothing; nor is one in words that a claim may hold, such as 二段.
    case .expression:
      let text = page.shown(link) ?? chapter.links[link].text
      if !isWithin || text == seen.text || !seen.isName && !seen.isKanji { return .bound }
      if Self.holdsDigits(text) || seen.isName { return nil }
      return ClaimText.numeral(inWords: text) != nil ? .bound : nil
    case .citation:
      if seen.isName, FreeRule.of(seen)?.name == "name" { return nil }
      return isWithin ? .cited : nil
    case .remark: return isWithin ? .waived : nil
    case .reference:
      let label = PrintedLabel(in: chapter.links[link].text, words)?.number
      return label.map { String(chapter.links[link].text[$0.range]) } == seen.text && isWithin ? .bound : nil
    }
  }

  /// A formula is held against neither a value nor a label's number: in such a link its numbers are as any others.
  private func ground(ofFormulaIn link: BoundLink) -> AuditedNumeral.Ground? {
    switch link.target {
    case .expression, .reference: nil
    case .citation: .cited
    case .remark: .waived
    }
  }

  /// A number in a displayed formula cannot be a link: it has its source where the text just before or after the
  /// formula binds the same number.
  private func isBound(_ value: Double, besideFormulaAt offset: Int) -> Bool {
    let blocks = chapter.document.blocks.compactMap(\.source)
    guard let own = blocks.lastIndex(where: { $0.lowerBound <= offset }) else { return false }
    let beside = blocks[max(0, own - 1)].lowerBound..<blocks[min(blocks.count - 1, own + 1)].upperBound
    return chapter.links.contains { link in
      guard beside.contains(link.textRange.lowerBound) else { return false }
      return NumeralReader.readings(in: link.text, isMarkdown: true).contains { $0.numeral?.value == value }
    }
  }

  private static func holdsDigits(_ text: String) -> Bool {
    NumeralReader.readings(in: text, isMarkdown: true).contains { !$0.isKanji && $0.numeral != nil }
  }

  // MARK: Formulas

  private mutating func readFormulas() {
    let links = chapter.links.sorted { $0.textRange.lowerBound < $1.textRange.lowerBound }
    for (index, formula) in chapter.formulas.enumerated() {
      let text = page.formulaTexts[index] ?? FormulaText(formula)
      if let (name, offset) = text.disguise {
        let place = formula.offset + formula.origin(of: offset)
        found.append(AuditedNumeral(ground: .disguised, text: name, offset: place))
        continue
      }
      let before = links.countBefore { $0.textRange.lowerBound <= formula.offset }
      let link = before > 0 && links[before - 1].textRange.contains(formula.offset) ? links[before - 1] : nil
      for numeral in text.numerals {
        let seen = Sighting(numeral)
        var printed = AuditedNumeral(
          ground: .unbound, text: seen.text,
          offset: formula.offset + formula.origin(of: numeral.range.lowerBound))
        let isWritten = formula.expansion?.isWritten(numeral.range) ?? true
        printed.isOfMacro = !isWritten
        if let link, let ground = ground(ofFormulaIn: link) {
          printed.ground = ground
        } else if numeral.isApart || !isWritten && formula.expansion?.isMade(numeral.range) == false {
          printed.ground = .disguised
        } else if let rule = FreeRule.of(seen) {
          printed.ground = .free(rule)
        } else if !isWritten {
          printed.ground = .disguised
        } else if formula.display, isBound(seen.value, besideFormulaAt: formula.offset) {
          printed.ground = .bound
        } else {
          let measured = Measurement.of(seen)
          printed.look = measured?.name ?? "a number"
          printed.isMeasured = measured != nil && formula.display
        }
        found.append(printed)
      }
      if text.plain.unicodeScalars.contains(where: NumeralRefusal.isKanjiNumeral),
        let words = ClaimText.numeral(inWords: text.plain)
      {
        found.append(
          AuditedNumeral(ground: .unbound, text: words, offset: formula.offset, look: "a number in words"))
      }
    }
  }

  // MARK: Diagrams

  private mutating func read(_ diagram: Diagram) {
    guard
      diagram.dot.unicodeScalars.contains(where: { NumeralWords.isNumeric($0) || NumeralRefusal.isKanjiNumeral($0) })
    else { return }
    let place = Self.places(of: diagram.dot, from: diagram.line + 1, in: chapter.source)
    for label in DotLabels(diagram.dot).labels {
      for reference in label.references {
        let text = String(decoding: Array(diagram.dot.utf8)[reference], as: UTF8.self)
        found.append(AuditedNumeral(ground: .disguised, text: text, offset: place(reference.lowerBound)))
      }
      var stretch = Stretch()
      for (scalar, range) in zip(label.scalars, label.ranges) {
        if scalar == "\n" {
          read(stretch, isOnPage: false)
          stretch = Stretch()
        } else {
          let start = place(range.lowerBound)
          stretch.add(scalar, start..<start + range.count, 0)
        }
      }
      read(stretch, isOnPage: false)
    }
  }

  // MARK: Figures

  /// What a block types into the labels of a figure that it shows.
  private mutating func readLabels(of block: CodeBlock) {
    guard block.mode.place == .script else { return }
    let labels = FigureLabels(block.code).labels
    if labels.isEmpty { return }
    let fence = chapter.source.lineStart(block.fenceLine)
    let place: (Int) -> Int =
      block.attributes.file == nil
      ? Self.places(of: block.code, from: block.codeLine, in: chapter.source) : { _ in fence }
    let first = found.count
    for label in labels {
      var stretch = Stretch()
      for (scalar, range) in zip(label.scalars, label.ranges) {
        let start = place(range.lowerBound)
        stretch.add(scalar, start..<start + range.count, 0)
      }
      stretch.isPlaced = block.attributes.file == nil
      read(stretch, isOnPage: false)
    }
    for index in found[first...].indices { found[index].isTyped = true }
  }

  /// Where in the source the bytes of a fence's text stand: its indent is gone, and each line is what the source has at
  /// its end.
  private static func places(of text: String, from line: Int, in source: Source) -> (Int) -> Int {
    var starts: [(text: Int, source: Int)] = []
    var offset = 0
    for (number, row) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let end = line + number <= source.lineStarts.count ? source.lineEnd(line + number) : 0
      starts.append((offset, max(0, end - row.utf8.count)))
      offset += row.utf8.count + 1
    }
    return { offset in
      let row = starts[starts.countBefore { $0.text <= offset } - 1]
      return row.source + offset - row.text
    }
  }
}
