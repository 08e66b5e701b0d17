import WeaveModel
import WeaveSupport

// A label's number in the text against the label.
extension Verifier {
  mutating func refer(_ link: BoundLink, to name: String?, _ id: String) {
    let destination = places(link.targetRange)
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
    evidence[link.index] = .reference(page: file, anchor: target, label: found)
    guard let printed = PrintedLabel(in: link.text, words) else { return }
    let numeral = printed.number
    guard let label = found else {
      report(
        .reference, place(link),
        "#\(target) carries no number: give it a caption, or take the number out of '\(link.text)'")
      return
    }
    let name = words.label(label)
    if let kind = printed.kind, kind != label.kind {
      report(.reference, place(link), "'\(link.text)' leads to \(name): write \(words.name(of: label.kind))")
      return
    }
    guard let numeral = numeral.numeral, numeral.form == .decimal, numeral.sign == nil, numeral.decimals == 0,
      numeral.scale == 0,
      numeral.exponent == 0, let number = numeral.written(ExactDecimal(label.number))
    else {
      report(
        .reference, place(link), "'\(link.text)' is not a label's number: write \(label.number) for \(name)")
      evidence[link.index] = nil
      return
    }
    guard numeral.digits != String(label.number) else { return }
    let from =
      link.textRange.lowerBound + link.text.utf8.distance(from: link.text.startIndex, to: numeral.range.lowerBound)
    let digits = String(link.text[numeral.range])
    let range = from..<from + digits.utf8.count
    report(
      .reference, places(range), "printed \(digits), and #\(target) is \(name): write \(number) or run 'weave promote'",
      fixIt: FixIt(
        range: range, replacement: number, subject: "#\(target)", old: digits, new: number, position: position(link)))
    evidence[link.index] = nil
  }
}
