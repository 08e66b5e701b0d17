import Foundation
import Testing
import WeaveModel
import WeaveParse
import WeaveSupport
import WeaveVerify

/// Random numerals all the way: read from a chapter's Markdown, held against a record, promoted, and read again.
struct NumeralChapterTests {
  private typealias Numerals = NumeralPropertyTests

  /// A link with a number, in a paragraph of its own.
  private struct Line {
    var before: String
    var text: String
    var after: String
    var value: Double
    var target = "#=x"
    var markdown: String { "\(before)[\(text)](\(target))\(after)。\n\n" }
  }

  private static let front = "---\ntitle: 本\n---\n\n"
  private static let before = [
    "", "は", "、", "（", "「", "GPT-2の", "値は ", "$`d`$は", "**甲**は", "`code`は", "[丙](b.md)は", "3つの", "<kbd>k</kbd>は",
  ]
  private static let after = [
    "", "である", "、", "）", "。", "個", " bytes", " tokens", "に等しい", "**甲**", "、$`d`$", "[^a]", "倍",
  ]

  private static func line(_ random: inout NumeralPropertyTests.Random) -> (Line, form: NumeralPropertyTests.Form) {
    let form = Numerals.form(&random), sign = Numerals.sign(&random, form)
    let m = 2 + random.below(form.limit - 2)
    var line = Line(before: random.pick(before), text: form.text(m, sign: sign), after: random.pick(after), value: 0)
    if form.isKanji { (line.before, line.after) = (random.pick(["", "は", "（"]), random.pick(["倍", "個", "である", "）"])) }
    // A footnote's mark looks like a power of the number beside it.
    if line.after == "[^a]" { line.after = "個[^a]" }
    line.value = value(Numerals.isMinus(sign) ? -m * 1000 : m * 1000, form)
    return (line, form)
  }

  private static func value(_ thousandths: Int, _ form: NumeralPropertyTests.Form) -> Double {
    Double("\(thousandths)e\(form.power - 3)")!
  }

  /// What reading and verifying find wrong, by the line of the paragraph; and the chapter.
  private static func check(
    _ lines: [Line], references: [String: Reference] = [:]
  ) -> (faults: [Int: [Diagnostic]], chapter: Chapter, fixIts: [FixIt]) {
    check(front + lines.map(\.markdown).joined() + "[^a]: 注。\n", lines.map(\.value), references)
  }

  private static func check(
    _ markdown: String, _ values: [Double], _ references: [String: Reference] = [:]
  ) -> (faults: [Int: [Diagnostic]], chapter: Chapter, fixIts: [FixIt]) {
    let reader = ChapterReader(Source(path: "a.md", text: markdown), name: "a")
    let chapter = reader.chapter
    func index(_ line: Int) -> Int { (line - 5) / 2 }
    var record = RunRecord()
    for link in chapter.links {
      guard case .expression = link.target else { continue }
      record.values[link.index] = .real(values[index(chapter.source.line(at: link.range.lowerBound))])
    }
    let labels = Labels(chapter, record)
    let verifier = Verifier(
      chapter, record, labels: labels, book: ["a": labels.byID, "b": [:]], references: references, skipped: [],
      words: Language.japanese.words)
    let found = reader.diagnostics + verifier.diagnostics + Audit.findings(in: chapter)
    let faults = Dictionary(grouping: found) { index($0.position.line) }
    return (faults, chapter, verifier.diagnostics.compactMap(\.fixIt))
  }

  private static let chapters = 20
  private static let lines = 500

  /// What is true holds; what is not is found, and once promoted it is what the record says.
  @Test func whatIsPromotedIsTrue() {
    var random = Numerals.Random(seed: 21)
    for _ in 0..<Self.chapters {
      var lines: [Line] = [], others: [Line] = []
      for _ in 0..<Self.lines {
        var (line, form) = Self.line(&random)
        lines.append(line)
        line.value = Self.value((2 + random.below(form.limit - 2)) * (random.below(4) == 0 ? -1000 : 1000), form)
        others.append(line)
      }
      let good = Self.check(lines)
      for (index, faults) in good.faults { Issue.record("\(lines[index].markdown): \(faults[0].message)") }
      let bad = Self.check(others)
      for (index, other) in others.enumerated() where other.value != lines[index].value {
        #expect(bad.faults[index] != nil, "\(other.markdown) holds for \(other.value)")
      }
      let mended = Self.check(bad.chapter.source.mended(bad.fixIts), others.map(\.value))
      // What has no form for its value is left, and is still found.
      let left = Set(bad.faults.filter { $0.value.contains { $0.fixIt == nil } }.keys)
      #expect(Set(mended.faults.keys) == left)
      #expect(left.count < Self.lines / 4)
    }
  }

  /// One character changed in the text of a link, or beside it: found, or the same number.
  @Test func aChangedCharacterIsFound() {
    var random = Numerals.Random(seed: 22)
    for _ in 0..<Self.chapters {
      var lines: [Line] = [], texts: [String] = []
      while lines.count < Self.lines {
        var (line, _) = Self.line(&random)
        guard let changed = Self.changed(line.text, &random) else { continue }
        texts.append(line.text)
        line.text = changed
        lines.append(line)
      }
      let faults = Self.check(lines).faults
      for (index, line) in lines.enumerated() where faults[index] == nil {
        Issue.record("\(texts[index]) passes as \(line.markdown)")
      }
    }
  }

  /// The same with a number that a publication is said to have.
  @Test func aChangedCharacterOfACitedNumberIsFound() throws {
    var random = Numerals.Random(seed: 23)
    for _ in 0..<Self.chapters {
      var lines: [Line] = [], texts: [String] = []
      while lines.count < Self.lines {
        var (line, _) = Self.line(&random)
        // Without its only character it is no number at all.
        if line.text.contains("^") || line.text.count == 1 { continue }
        texts.append(line.text)
        line.target = "#@k \"表 \(lines.count)\""
        lines.append(line)
      }
      let figures = Dictionary(uniqueKeysWithValues: texts.enumerated().map { ("表 \($0)", [$1]) })
      let entry: [String: Any] = ["id": "k", "type": "book", "title": "本", "custom": ["figures": figures]]
      let reference = try JSONDecoder().decode(Reference.self, from: JSONSerialization.data(withJSONObject: entry))
      let good = Self.check(lines, references: ["k": reference]).faults.values.flatMap { $0 }
      #expect(good.isEmpty, "\(good.prefix(3).map(\.message))")
      for index in lines.indices { lines[index].text = Self.changed(texts[index], &random) ?? "\(texts[index])0" }
      let faults = Self.check(lines, references: ["k": reference]).faults
      for (index, line) in lines.enumerated() where faults[index] == nil && line.text != texts[index] + "0" {
        Issue.record("\(texts[index]) passes as \(line.markdown)")
      }
    }
  }

  /// Another character in one place; nil where the new text says the same, or as much as is true.
  private static func changed(_ text: String, _ random: inout NumeralPropertyTests.Random) -> String? {
    var characters = Array(text)
    let place = random.below(characters.count), old = characters[place], new = random.pick(Numerals.alphabet)
    if new == old || Numerals.synonyms.contains(where: { $0.contains(old) && $0.contains(new) }) { return nil }
    func isDigit(_ character: Character) -> Bool { "0123456789０１２３４５６７８９⁰²".contains(character) }
    let isLast = place + 1 == characters.count || !isDigit(characters[place + 1])
    if old == "+" || isDigit(old) && isLast && !isDigit(new) || old.isWhitespace && new == "0" { return nil }
    characters[place] = new
    return String(characters)
  }
}
