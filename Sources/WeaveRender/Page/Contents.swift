import WeaveModel
import WeaveSupport

/// A chapter's headings of levels 2 and 3 as nested lists.
package enum Contents {
  /// - Parameters:
  ///   - words: a heading's HTML without links, by its index.
  ///   - bibliography: what the list of publications is called, where there is one.
  package static func html(_ headings: [Heading], words: (Int) -> String, bibliography: String?) -> String {
    var html = ""
    var isOpen = false
    var isNested = false
    for (index, heading) in headings.enumerated() where heading.level == 2 || heading.level == 3 {
      let link = "<a href=\"#\(fragment(heading.id))\">\(words(index))</a>"
      if heading.level == 3, isOpen {
        html += isNested ? "</li>\n<li>\(link)" : "\n<ol>\n<li>\(link)"
        isNested = true
      } else {
        if isNested { html += "</li>\n</ol>" }
        if isOpen { html += "</li>\n" }
        // One that no section holds has no number.
        html += heading.level == 3 ? "<li class=\"unnumbered\">\(link)" : "<li>\(link)"
        isOpen = true
        isNested = false
      }
    }
    if isNested { html += "</li>\n</ol>" }
    if isOpen { html += "</li>\n" }
    if let bibliography {
      html += "<li class=\"unnumbered\"><a href=\"#bibliography\">\(escaped(bibliography))</a></li>\n"
    }
    return html.isEmpty ? "" : "<ol>\n\(html)</ol>"
  }
}
