import WeaveModel
import WeaveSupport

/// The rows of a table.
extension DocumentWriter {
  func writeRows(of table: Table) {
    isInTable = true
    startLine()
    out += "\(tableFrame.start)<table>\n<thead>\n"
    write(row: table.head, of: table, isHead: true)
    out += "</thead>\n"
    if !table.rows.isEmpty {
      out += "<tbody>\n"
      for row in table.rows { write(row: row, of: table, isHead: false) }
      out += "</tbody>\n"
    }
    out += "</table>\(tableFrame.end)\n"
    isInTable = false
  }

  private func write(row cells: [Prose], of table: Table, isHead: Bool) {
    out += "\(isHead ? "<tr>" : rowStart(cells))\n"
    let name = isHead ? "th" : "td"
    for (column, cell) in cells.enumerated() {
      let alignment = table.alignments.indices.contains(column) ? table.alignments[column] : nil
      out += "<\(name)\(alignment.map(alignmentAttribute) ?? "")>"
      within { write(cell.inlines) }
      out += "</\(name)>\n"
    }
    out += "</tr>\n"
  }
}
