import WeaveModel
import WeaveParse
import WeaveSupport

/// The publications that a chapter cites, numbered in the order of first citation.
enum Bibliography {
  /// The whole list; `citations` gives each key's anchors in the text.
  package static func list(
    _ references: [Reference], citations: [String: [String]], attributes: String = "", _ words: Words
  ) -> String {
    if references.isEmpty { return "" }
    let name = " aria-labelledby=\"bibliography-title\"\(attributes)"
    var html = "<section class=\"bibliography\" id=\"bibliography\"\(name)>\n"
    html += "<h2 id=\"bibliography-title\">\(escaped(words.bibliography.title))</h2>\n<ol>\n"
    for reference in references {
      html += "<li id=\"\(escaped(Anchor.publication(reference.id)))\">\(Self.html(reference, words))"
      for (index, anchor) in (citations[reference.id] ?? []).enumerated() {
        let name = escaped(words.bibliography.wayBack(index + 1))
        html += " <a class=\"back\" href=\"#\(fragment(anchor))\" aria-label=\"\(name)\">↩</a>"
      }
      html += "</li>\n"
    }
    return html + "</ol>\n</section>\n"
  }

  /// One entry, of phrasing content only: it also stands in a popup inside a paragraph.
  package static func html(_ reference: Reference, _ words: Words) -> String {
    var parts: [String] = []
    let people = authors(reference.author ?? [], words)
    if !people.isEmpty { parts.append(escaped(people)) }
    parts.append(title(reference))
    if let container = container(reference) { parts.append(container) }
    if let publisher = reference.publisher { parts.append(escaped(publisher)) }
    if let year = reference.issued?.year { parts.append(String(year)) }
    let links = Self.links(reference)
    return "<span class=\"entry\">" + parts.joined(separator: ", ") + "." + (links.isEmpty ? "" : " " + links)
      + "</span>"
  }

  /// Who, when and what: enough to recognise a publication. Without links.
  package static func brief(_ reference: Reference, _ words: Words) -> String {
    let names = reference.author ?? []
    var parts: [String] = []
    if let first = names.first {
      let name = first.literal ?? first.family ?? first.given ?? ""
      if !name.isEmpty { parts.append(escaped(name + (names.count > 1 ? words.bibliography.andOthers : ""))) }
    }
    if let year = reference.issued?.year { parts.append(String(year)) }
    return (parts.isEmpty ? "" : parts.joined(separator: ", ") + ". ") + title(reference)
  }

  /// Up to six names; Japanese names family first without a comma.
  package static func authors(_ names: [Reference.Name], _ words: Words) -> String {
    let written = names.prefix(6).map { name -> String in
      if let literal = name.literal { return literal }
      guard let family = name.family else { return name.given ?? "" }
      guard let given = name.given, !given.isEmpty else { return family }
      if isJapanese(family) { return "\(family) \(given)" }
      return "\(initials(given)) \(family)"
    }
    let leadsJapanese = names.first?.family.map(isJapanese) ?? false
    return written.joined(separator: leadsJapanese ? "・" : ", ")
      + (names.count > 6 ? words.bibliography.andOthersOfList : "")
  }

  private static func initials(_ given: String) -> String {
    given.split(separator: " ").map { word in
      word.split(separator: "-").map { $0.hasSuffix(".") || $0.count == 1 ? "\($0.prefix(1))." : "\($0.prefix(1))." }
        .joined(separator: "-")
    }.joined(separator: " ")
  }

  private static func isJapanese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x3040...0x9FFF).contains($0.value) }
  }

  private static func title(_ reference: Reference) -> String {
    let japanese = isJapanese(reference.title)
    switch reference.type {
    case "book", "thesis", "report", "monograph":
      return japanese ? "『\(escaped(reference.title))』" : "<cite>\(escaped(reference.title))</cite>"
    default:
      return japanese ? "「\(escaped(reference.title))」" : "“\(escaped(reference.title))”"
    }
  }

  private static func container(_ reference: Reference) -> String? {
    var parts: [String] = []
    if let name = reference.containerTitle {
      let set = isJapanese(name) ? "『\(escaped(name))』" : "<cite>\(escaped(name))</cite>"
      parts.append(reference.type == "paper-conference" || reference.type == "chapter" ? "In \(set)" : set)
    }
    if let volume = reference.volume {
      parts.append("vol. " + escaped(volume) + (reference.issue.map { "(\(escaped($0)))" } ?? ""))
    }
    if let page = reference.page {
      parts.append((page.contains("-") ? "pp. " : "p. ") + escaped(page.replacing("-", with: "–")))
    }
    if let number = reference.number, reference.volume == nil, arXiv(reference) == nil { parts.append(escaped(number)) }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private static func links(_ reference: Reference) -> String {
    if let number = arXiv(reference) {
      return "<a href=\"https://arxiv.org/abs/\(escaped(number))\">arXiv:\(escaped(number))</a>"
    }
    if let doi = reference.doi {
      let path = doi.split(separator: "/").map { fragment(String($0)) }.joined(separator: "/")
      return "<a href=\"https://doi.org/\(path)\">doi:\(escaped(doi))</a>"
    }
    if let url = reference.url, url.hasPrefix("https://") || url.hasPrefix("http://") {
      return "<a href=\"\(escaped(url))\">\(escaped(url))</a>"
    }
    return ""
  }

  /// The number of an arXiv preprint, from its DOI, URL or number.
  static func arXiv(_ reference: Reference) -> String? {
    if let doi = reference.doi, let range = doi.range(of: "10.48550/arXiv.") ?? doi.range(of: "10.48550/arxiv.") {
      return String(doi[range.upperBound...])
    }
    if let url = reference.url, let range = url.range(of: "arxiv.org/abs/") { return String(url[range.upperBound...]) }
    if let number = reference.number, number.lowercased().hasPrefix("arxiv:") { return String(number.dropFirst(6)) }
    return nil
  }
}
