extension [Block] {
  /// These blocks and all within them, in the order of the page.
  package var all: [Block] {
    flatMap { block -> [Block] in
      switch block.content {
      case .quote(let inner), .alert(_, let inner): [block] + inner.all
      case .list(let list): [block] + list.items.flatMap(\.blocks.all)
      default: [block]
      }
    }
  }
}

extension Document {
  /// Every block, those of footnotes last.
  package var allBlocks: [Block] { blocks.all + footnotes.flatMap(\.blocks.all) }
}

extension Block {
  /// The runs of text that it holds itself, in order.
  package var prose: [Prose] {
    switch content {
    case .paragraph(let prose), .heading(_, let prose): [prose]
    case .table(let table): table.head + table.rows.flatMap { $0 }
    case .picture(_, let words): [words]
    case .list, .quote, .alert, .code, .listing, .formula, .diagram, .rule, .html: []
    }
  }
}

extension Chapter {
  /// The captions of its blocks, tables, diagrams and pictures.
  package var captions: [Prose] {
    blocks.compactMap(\.attributes.caption) + tables.compactMap(\.caption) + diagrams.compactMap(\.caption)
      + pictures.compactMap(\.caption)
  }

  /// Bytes of running text that no link binds, headings left out. In the order of the source.
  package var measuringText: [Range<Int>] {
    var ranges = captions.flatMap(\.read)
    for block in document.allBlocks {
      switch block.content {
      case .heading: break
      case .html(let raw): ranges += raw.read
      default: ranges += block.prose.flatMap(\.read)
      }
    }
    let taken = RangeSet(links.map(\.textRange))
    return RangeSet(ranges).subtracting(taken).ranges.flatMap { range in
      source.bytes[range].split(separator: 10).map { $0.startIndex..<$0.endIndex }
    }
  }

  /// What is shown of its front matter. A title that the first heading repeats is shown as that.
  package var titles: [Prose] { (startsWithTitle ? [] : [title]) + [subtitle, short].compactMap { $0 } }
}

extension Chapter {
  /// Whether it begins with a heading that says its title: the page shows that once, above all else.
  package var startsWithTitle: Bool {
    guard case .heading(let index, let prose)? = document.blocks.first?.content else { return false }
    return headings[index].level == 1 && plain(prose) == front.title
  }

  /// The blocks below the title.
  package var body: [Block] { startsWithTitle ? Array(document.blocks.dropFirst()) : document.blocks }

  /// The words of each heading, by its index.
  package var headingProse: [Int: Prose] {
    document.allBlocks.reduce(into: [:]) { found, block in
      if case .heading(let index, let prose) = block.content { found[index] = prose }
    }
  }

  /// What stands up to the first section of level 2, that section, and the rest.
  package var coverParts: (lead: [Block], proof: [Block], rest: [Block]) {
    let blocks = body
    let sections = blocks.indices.filter { index in
      if case .heading(let heading, _) = blocks[index].content { headings[heading].level == 2 } else { false }
    }
    let first = sections.first ?? blocks.count, second = sections.dropFirst().first ?? blocks.count
    return (Array(blocks[..<first]), Array(blocks[first..<second]), Array(blocks[second...]))
  }
}
