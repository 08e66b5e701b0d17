import WeaveModel
import WeaveSupport

/// Footnotes: their list, and the ways back.
extension DocumentWriter {
  func writeNotes(_ notes: [Footnote]) throws {
    if notes.isEmpty { return }
    startLine()
    out += "<section class=\"footnotes\"\(notesAttributes)>\n<ol>\n"
    try within {
      for note in notes { try write(note) }
    }
    out += "</ol>\n</section>\n"
  }

  private func write(_ note: Footnote) throws {
    let id = Anchor.footnote(address(note.name))
    noteAnchor(id)
    out += "<li id=\"\(id)\">\n"
    // The way back stands at the end of the last paragraph.
    if case .paragraph(let last)? = note.blocks.last?.content {
      try write(Array(note.blocks.dropLast()))
      element("p") {
        write(last.inlines)
        out += " "
        writeWayBack(note)
      }
    } else {
      try write(note.blocks)
      writeWayBack(note)
      out += "\n"
    }
    out += "</li>\n"
  }

  private func writeWayBack(_ note: Footnote) {
    for number in 1...max(1, note.references) {
      let sign = number > 1 ? "↩<sup class=\"footnote-ref\">\(number)</sup>" : "↩"
      let anchor = Anchor.footnoteReference(address(note.name), number)
      out += number > 1 ? " " : ""
      out += "<a href=\"#\(anchor)\" class=\"footnote-backref\"\(wayBackAttributes)>\(sign)</a>"
    }
  }
}
