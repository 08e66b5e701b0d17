import WeaveModel
import WeaveSupport
import Yams

/// The chapters that a book's list names.
struct NamedChapters {
  typealias Entry = (name: String, place: Position)
  fileprivate(set) var chapters: [Entry] = []
  fileprivate(set) var drafts: [Entry] = []
  /// By the name in small letters.
  fileprivate var taken: [String: String] = [:]

  /// In the order of the book: a draft that is no chapter of the list stands after them.
  var all: [Entry] {
    let known = Set(chapters.map(\.name))
    return chapters + drafts.filter { !known.contains($0.name) }
  }
}

extension BookReader {
  mutating func readNames(
    _ value: Node, _ place: Position, _ source: Source, drafts isDraft: Bool, into names: inout NamedChapters
  ) {
    for entry in value.sequence ?? [] {
      let place = entry.mark.map { source.position($0) } ?? place
      guard let name = entry.string?.precomposedStringWithCanonicalMapping, InfoString.isIdentifier(name) else {
        report(
          .book, "book.yml", place,
          "'\(entry.string ?? "?")' is not a chapter's name: letters, digits, - and _ only, without .md")
        continue
      }
      let small = name.lowercased()
      if let other = names.taken[small], other != name {
        report(
          .book, "book.yml", place, "'\(name)' and '\(other)' are one file where capitals do not count: rename one")
        refused.insert(name)
      } else if (isDraft ? names.drafts : names.chapters).contains(where: { $0.name == name }) {
        report(.book, "book.yml", place, "chapter '\(name)' is listed twice: take one out")
      } else if Book.ledger == small {
        report(
          .book, "book.yml", place, "'\(name)' is the name of the page of all numbers: give the chapter another")
        refused.insert(name)
      } else {
        names.taken[small] = name
        if isDraft { names.drafts.append((name, place)) } else { names.chapters.append((name, place)) }
      }
    }
    if isDraft, value.sequence == nil {
      report(.book, "book.yml", place, "'drafts' is not a list of chapters: write drafts: [NAME, NAME]")
    }
  }
}
