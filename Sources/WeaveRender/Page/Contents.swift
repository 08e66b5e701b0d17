import WeaveModel
import WeaveSupport

/// この章の内容: the headings of levels 2 and 3 as nested lists.
package enum Contents {
  /// - Parameter words: a heading's HTML without links, by its index.
  package static func html(_ headings: [Heading], words: (Int) -> String, hasBibliography: Bool) -> String {
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
        html += "<li>\(link)"
        isOpen = true
        isNested = false
      }
    }
    if isNested { html += "</li>\n</ol>" }
    if isOpen { html += "</li>\n" }
    if hasBibliography { html += "<li><a href=\"#bibliography\">参考文献</a></li>\n" }
    return html.isEmpty ? "" : "<ol>\n\(html)</ol>"
  }
}
