import WeaveModel
import WeaveSupport

// A label's number in the text against the label.
extension Verifier {
  mutating func refer(_ link: BoundLink, to name: String?, _ id: String) {
    let destination = sourceRange(of: link.targetRange)
    let target = id.removingPercentEncoding ?? id
    let isToDraft = !chapter.isDraft && name.map(drafts.contains) == true
    if isToDraft {
      report(
        .reference, destination,
        "'\(name!)' is a draft, which only serve shows: take the link out, or \(name!) out of 'drafts' in book.yml",
        severity: book[name!] == nil ? .error : .warning)
    }
    guard let page = book[name ?? chapter.name] else {
      if isToDraft { return }
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
}
