/// A diagram in words, for who cannot see it: its edges by the labels of their ends.
enum GraphDescription {
  /// From the SVG that Graphviz wrote: `Query → 内積、Key → 内積（転置）`. Entities are resolved.
  static func text(of svg: String) -> String {
    var labels: [String: String] = [:]
    var edges: [(title: String, label: String)] = []
    var nodes: [String] = []
    var kind = ""
    var title = ""
    var words: [String] = []
    var element = ""
    for token in XMLTokens(svg) {
      switch token {
      case .start(let tag):
        element = tag.isEmpty ? element : tag.name
        if tag.name == "g" {
          kind = tag["class"]?.split(separator: " ").first.map(String.init) ?? ""
          title = ""
          words = []
        }
      case .text(let text):
        let plain = resolved(text)
        if element == "title" { title = plain }
        if element == "text" { words.append(plain) }
      case .end("g"):
        if kind == "node" {
          labels[title] = words.joined(separator: " ")
          nodes.append(title)
        } else if kind == "edge" {
          edges.append((title, words.joined(separator: " ")))
        }
        kind = ""
      case .end: element = ""
      case .fault: break
      }
    }
    let ends = edges.map { edge in
      let arrow = edge.title.contains("->") ? "->" : "--"
      let names = edge.title.split(separator: arrow).map { end in
        let node = String(end.split(separator: ":").first ?? end)
        return labels[node].flatMap { $0.isEmpty ? nil : $0 } ?? node
      }
      return names.joined(separator: arrow == "->" ? " → " : " — ") + (edge.label.isEmpty ? "" : "（\(edge.label)）")
    }
    if ends.isEmpty { return nodes.compactMap { labels[$0] }.joined(separator: "、") }
    return ends.joined(separator: "、")
  }

  private static func resolved(_ text: String) -> String {
    text.replacing("&#45;", with: "-").replacing("&#160;", with: " ").replacing("&lt;", with: "<")
      .replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
  }
}
