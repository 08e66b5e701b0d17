import WeaveModel
import WeaveSupport

/// Holds what a chapter says against the runs under other seeds.
extension Verifier {
  /// How many claims of a chapter may say that they hold for one seed, or for some.
  package static let mostExceptions = 3

  /// - Parameter isMeasured: whether there are such runs of the book at all; those of the chapter may belong to other
  ///   code.
  package func seedFindings(isMeasured: Bool) -> [Diagnostic] {
    var found: [Diagnostic] = []
    func report(_ place: Range<Position>, _ message: String) {
      found.append(Diagnostic(.seeds, chapter.source.path, place, message))
    }
    let run = "run 'weave robustness \(chapter.name)'"
    if isMeasured, robustness == nil, chapter.blocks.contains(where: { $0.mode.isExecuted }) {
      report(
        chapter.source.positions(ofLine: 1),
        "the code of this chapter is not the one that ran under other seeds: \(run)")
    }
    for (origin, stop) in robustness?.stops ?? [:] {
      let place =
        switch origin {
        case .block(let block): chapter.source.positions(ofLine: chapter.blocks[block].fenceLine)
        case .link(let link): sourceRange(of: chapter.links[link])
        }
      report(
        place,
        "with \(stop.runs) of \(robustness!.runs) other seeds the program stops here: \(stop.message): make it hold "
          + "for every seed")
    }
    var exceptions = 0
    for link in chapter.links {
      guard case .bool(true) = record.values[link.index] else { continue }
      let share = words.seeds.share(surroundings.shown(link.index) ?? link.text)
      guard let runs = robustness?.runs, case .claim(let held) = robustness?.links[link.index] else {
        if share != nil { report(sourceRange(of: link), "in how many runs this holds is not known: \(run)") }
        continue
      }
      if held == runs { continue }
      if share == nil, !words.seeds.exceptions.contains(where: surroundings.sentence(of: link.index).contains) {
        report(
          sourceRange(of: link),
          "'\(link.text)' holds with \(held) of \(runs) other seeds: weaken the words, average over more runs, or say "
            + "'\(words.seeds.exceptions[0])' in this sentence")
        continue
      }
      exceptions += 1
      if exceptions == Self.mostExceptions + 1 {
        report(
          sourceRange(of: link),
          "a chapter may have \(Self.mostExceptions) claims that hold for some seeds only, this is one more: let it "
            + "hold for all, by more runs or weaker words")
      }
    }
    return found
  }

  /// A claim's own words for in how many runs it holds are a number like any other.
  mutating func checkShare(of link: BoundLink, _ expression: String) {
    guard let share = words.seeds.share(surroundings.shown(link.index) ?? link.text), let runs = robustness?.runs,
      case .claim(let held) = robustness?.links[link.index], (share.held, share.runs) != (held, runs)
    else { return }
    var fixIt: FixIt?
    // In the source, where marks may stand between.
    if let share = words.seeds.share(link.text) {
      func offset(_ index: String.Index) -> Int {
        link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: index)
      }
      let written = share.written(held: held, runs: runs, in: link.text)
      fixIt = FixIt(
        range: offset(share.range.lowerBound)..<offset(share.range.upperBound), replacement: written,
        subject: expression, old: String(link.text[share.range]), new: written, position: position(of: link))
    }
    report(
      .claim, sourceRange(of: link),
      "this says \(share.held) of \(share.runs) runs, and it holds in \(held) of \(runs): run 'weave promote'",
      fixIt: fixIt)
  }
}

extension Surroundings {
  /// What the page shows of the sentence, or the sentences, that a link stands in.
  /// - Parameter most: signs on each side at most.
  func sentence(of link: Int, most: Int = .max) -> String {
    guard let range = linkRanges[link] else { return "" }
    func ends(_ index: Int) -> Bool {
      let scalar = text[index]
      if scalar == "\n" || scalar == "。" || scalar == "！" || scalar == "？" { return true }
      return (scalar == "." || scalar == "!" || scalar == "?") && (index + 1 == text.count || text[index + 1] == " ")
    }
    var start = range.lowerBound
    while start > 0, range.lowerBound - start < most, !ends(start - 1) { start -= 1 }
    var end = range.upperBound
    while end < text.count, end - range.upperBound < most, !ends(end) { end += 1 }
    return String(scalars: text[start..<end])
  }

  /// The same without the marks that stand for what is no text, as far as a row of the ledger has room: a text without
  /// an end of sentence would be shown again with each of its links.
  func shownSentence(of link: Int) -> String {
    let marks: Set<Unicode.Scalar> = [Self.formula, Self.footnote, Self.tag, "\n"]
    let scalars = sentence(of: link, most: 160).unicodeScalars.filter { !marks.contains($0) }
    return String(String.UnicodeScalarView(scalars.drop { $0.properties.isWhitespace }))
  }
}
