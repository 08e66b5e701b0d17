import WeaveModel
import WeaveSupport

// A citation's key against the list of publications, and its figures against those that the publication's entry lists.
extension Verifier {
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
    guard holds(link, reference) else { return }
    if !bibliography.contains(where: { $0.id == key }) { bibliography.append(reference) }
    let ordinal = bibliography.firstIndex { $0.id == key }! + 1
    evidence[link.index] = .citation(ordinal: ordinal, key: key, place: link.title)
  }

  /// Whether the text's figures are among those that the publication's entry lists for the place.
  private mutating func holds(_ link: BoundLink, _ reference: Reference) -> Bool {
    let shown = surroundings.shown(link.index) ?? link.text
    let text = CitedText(shown), place = link.title ?? ""
    guard text.holdsFigure(of: reference, at: place), !text.isName(in: reference, at: place) else { return true }
    let listed = reference.figures[place] ?? []
    if let figure = listed.first(where: { text.isSame(as: CitedText($0)) }) {
      citedFigures.insert(CitedFigure(key: reference.id, place: place, text: figure))
      return true
    }
    let key = reference.id
    let message =
      if place.isEmpty {
        "'\(link.text)' is a figure, and nothing says where \(key) has it: name the place, "
          + "[\(link.text)](#@\(key) \"Table 2\")"
      } else if listed.isEmpty {
        "references.json lists no figure of \(key) at '\(place)': where the source says \(link.text), write "
          + "\"custom\": {\"figures\": {\"\(place)\": [\"\(link.text)\"]}} in its entry"
      } else {
        "\(key) says \(listed.joined(separator: ", ")) at '\(place)' by references.json, and not \(link.text): mend "
          + "it, or where the source says so add it there"
      }
    report(.citation, sourceRange(of: link), message)
    return false
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
