import WeaveModel
import WeaveSupport

/// A diagram in words, for who cannot see it: its edges by the labels of their ends.
enum GraphDescription {
  /// From the SVG that Graphviz wrote: `Query → product, Key → product (transposed)`. Entities are resolved.
  static func text(of svg: String, _ punctuation: Words.Punctuation) -> String {
    var labels: [String: String] = [:]
    var edges: [(title: String, label: String)] = []
    var nodes: [String] = []
    var kind = ""
    /// How many elements stand around the group of that kind.
    var depth = 0
    var title = ""
    var words: [String] = []
    var open: [String] = []
    var reader = XMLReader(svg)
    while let event = try? reader.next() {
      switch event {
      case .start(let tag):
        open.append(tag.name)
        if tag.name == "g" {
          // A tooltip's group stands inside the node's.
          guard let name = tag["class"]?.split(separator: " ").first else { continue }
          (kind, depth) = (String(name), open.count)
          title = ""
          words = []
        }
      case .text(let text):
        if open.last == "title" { title = text }
        if open.last == "text" { words.append(text) }
      case .end:
        defer { open.removeLast() }
        guard open.count == depth else { continue }
        if kind == "node" {
          labels[title] = words.joined(separator: " ")
          nodes.append(title)
        } else if kind == "edge" {
          edges.append((title, words.joined(separator: " ")))
        }
        kind = ""
      }
    }
    let ends = edges.map { edge in
      let arrow = edge.title.contains("->") ? "->" : "--"
      let names = edge.title.split(separator: arrow).map { end in
        let node = String(end.split(separator: ":").first ?? end)
        return labels[node].flatMap { $0.isEmpty ? nil : $0 } ?? node
      }
      return names.joined(separator: arrow == "->" ? " → " : " — ")
        + (edge.label.isEmpty ? "" : punctuation.inBrackets(edge.label))
    }
    if ends.isEmpty { return nodes.compactMap { labels[$0] }.joined(separator: punctuation.comma) }
    return ends.joined(separator: punctuation.comma)
  }
}
