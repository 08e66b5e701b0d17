import WeaveModel
import WeaveSupport

/// The numbers of a chapter's figures, tables, equations and listings, in the order of the page.
package struct Labels: Sendable {
  package private(set) var blocks: [Int: Label] = [:]
  package private(set) var tables: [Int: Label] = [:]
  package private(set) var formulas: [Int: Label] = [:]
  package private(set) var diagrams: [Int: Label] = [:]
  package private(set) var pictures: [Int: Label] = [:]
  /// All that the author gave an id: its number, or nil for what has none (a heading, a block without a caption).
  package private(set) var byID: [String: Label?] = [:]

  package init(_ chapter: Chapter, _ record: RunRecord) {
    var counts: [Label.Kind: Int] = [:]
    func next(_ kind: Label.Kind) -> Label {
      counts[kind, default: 0] += 1
      return Label(kind: kind, number: counts[kind]!)
    }
    for heading in chapter.headings { byID[heading.id] = .some(nil) }
    for block in chapter.document.allBlocks {
      switch block.content {
      case .code(let index):
        let block = chapter.blocks[index]
        let label = block.attributes.caption.map { _ in next(Self.kind(of: block, record)) }
        blocks[index] = label
        if let id = block.attributes.id { byID[id] = .some(label) }
      case .table(let table):
        let id = chapter.tables[table.index].id
        let label = id == nil ? nil : next(.table)
        tables[table.index] = label
        if let id { byID[id] = .some(label) }
      case .formula(let index):
        if let id = chapter.formulas[index].id {
          let label = next(.equation)
          formulas[index] = label
          byID[id] = .some(label)
        }
      case .diagram(let index):
        let diagram = chapter.diagrams[index]
        let label = diagram.caption.map { _ in next(.figure) }
        diagrams[index] = label
        if let id = diagram.id { byID[id] = .some(label) }
      case .picture(let index, _):
        let picture = chapter.pictures[index]
        let label = picture.id == nil && picture.caption == nil ? nil : next(.figure)
        pictures[index] = label
        if let id = picture.id { byID[id] = .some(label) }
      case .paragraph, .heading, .list, .quote, .alert, .listing, .rule, .html: break
      }
    }
  }

  private static func kind(of block: CodeBlock, _ record: RunRecord) -> Label.Kind {
    if block.attributes.asMarkdown { return .table }
    if record.figures[block.index] != nil { return .figure }
    // A block that did not come to its end still keeps the number that its figure would have.
    return !record.finished.contains(block.index) && block.code.contains("show(") ? .figure : .listing
  }
}
