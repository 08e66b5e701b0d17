import WeaveModel
import WeaveSupport

// A label's number in the text against the label, and a citation's key against the list of publications.
extension Verifier {
  mutating func refer(_ link: BoundLink, to name: String?, _ id: String) {
    let destination = sourceRange(of: link.targetRange)
    let target = id.removingPercentEncoding ?? id
    guard let page = book[name ?? chapter.name] else {
      report(.reference, destination, "there is no chapter '\(name ?? "")' in the book: look at book.yml")
      return
    }
    let file = name.flatMap { $0 == chapter.name ? nil : "\($0).html" }
    if target.isEmpty {
      evidence[link.index] = .reference(page: file, anchor: "", label: nil)
      return
    }
    guard let found = page[target] else {
      let elsewhere = book.filter { $0.value[target] != nil }.keys.sorted().first
      report(
        .reference, destination,
        "nothing here has the id #\(target)"
          + (elsewhere.map { ": it is in \($0).md#\(target)" } ?? ": look for a typing error, or label the target"))
      return
    }
    if let name, file != nil { dependencies.append(LabelDependency(chapter: name, id: target, label: found)) }
    if let printed = PrintedLabel(in: link.text, words), !holds(printed, of: link, found, target) { return }
    evidence[link.index] = .reference(page: file, anchor: target, label: found)
  }

  /// Whether what is printed is the label's number, and kind where it names one.
  private mutating func holds(_ printed: PrintedLabel, of link: BoundLink, _ label: Label?, _ id: String) -> Bool {
    guard let label else {
      report(
        .reference, sourceRange(of: link),
        "#\(id) carries no number: give it a caption, or take the number out of '\(link.text)'")
      return false
    }
    let name = words.label(label)
    if let kind = printed.kind, kind != label.kind {
      report(
        .reference, sourceRange(of: link), "'\(link.text)' leads to \(name): write \(words.name(of: label.kind))")
      return false
    }
    guard let numeral = printed.number.numeral, numeral.form == .decimal, numeral.sign == nil, numeral.decimals == 0,
      numeral.scale == 0, numeral.exponent == 0, let number = numeral.written(ExactDecimal(label.number))
    else {
      report(
        .reference, sourceRange(of: link),
        "'\(link.text)' is not a label's number: write \(label.number) for \(name)")
      return false
    }
    if numeral.digits == String(label.number) { return true }
    let start =
      link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: numeral.range.lowerBound)
    let digits = String(link.text[numeral.range])
    let bytes = start..<start + digits.utf8.count
    report(
      .reference, sourceRange(of: bytes),
      "printed \(digits), and #\(id) is \(name): write \(number) or run 'weave promote'",
      fixIt: FixIt(
        range: bytes, replacement: number, subject: "#\(id)", old: digits, new: number, position: position(of: link)))
    return false
  }

  mutating func cite(_ link: BoundLink, _ key: String) {
    guard let reference = references[key] else {
      // A key with more than a third of its letters wrong is another one.
      let near = references.keys.sorted().map { ($0, Self.distance($0, key)) }.filter { 3 * $0.1 <= key.count }.min {
        $0.1 < $1.1
      }?.0
      report(
        .citation, sourceRange(of: link.targetRange),
        "'\(key)' is not in references.json" + (near.map { ": did you mean '\($0)'?" } ?? ": add its CSL-JSON entry"))
      return
    }
    if !bibliography.contains(where: { $0.id == key }) { bibliography.append(reference) }
    let ordinal = bibliography.firstIndex { $0.id == key }! + 1
    evidence[link.index] = .citation(ordinal: ordinal, key: key, place: link.title)
  }

  /// Levenshtein's distance.
  private static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let best = min(row[j + 1] + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = best
      }
    }
    return row[b.count]
  }
}
