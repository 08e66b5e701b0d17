import WeaveModel
import WeaveSupport
import Yams

/// The modules that chapters import.
extension BookReader {
  /// `modules: [{package: ../Statistics, product: Statistics}]`
  mutating func readModules(_ list: Node, _ place: Position, _ source: Source) {
    let form =
      "a module is '- package: FOLDER' with 'product: NAME', 'imports: [NAME, …]' where that is another, "
      + "'mutations: FILE' where 'weave vacuity' is to change it, and 'apart: [NAME, …]' for modules whose names "
      + "would be taken for its own"
    guard let entries = list.sequence else { return report(.book, "book.yml", place, form) }
    for entry in entries {
      let place = entry.mark.map { source.position($0) } ?? place
      let keys = (entry.mapping?.keys.compactMap(\.string)).map(Set.init) ?? []
      func names(_ key: String) -> [String]? { entry[key]?.sequence?.map { $0.string ?? "" } }
      guard let package = entry["package"]?.string, let product = entry["product"]?.string, !package.isEmpty,
        keys.subtracting(["package", "product", "imports", "mutations", "apart"]).isEmpty,
        ["imports", "apart"].allSatisfy({ entry[$0] == nil || names($0)?.isEmpty == false }),
        entry["mutations"] == nil || entry["mutations"]?.string?.isEmpty == false
      else {
        report(.book, "book.yml", place, form)
        continue
      }
      let imports = names("imports") ?? [product], apart = names("apart") ?? []
      if let name = ([product] + imports + apart).first(where: { $0.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil }) {
        report(.book, "book.yml", place, "'\(name)' is not the name of a Swift module: letters, digits and _ only")
        continue
      }
      if let problem = UnseenText.problem(of: "package", package) { report(.book, "book.yml", place, problem) }
      book.modules.append(
        BookModule(
          package: package, product: product, imports: imports, mutations: entry["mutations"]?.string, apart: apart))
    }
  }

  /// Reports modules that a block imports whole beside one that is to stand apart from them: of two functions with one
  /// name Swift takes that which is not generic, and says nothing.
  mutating func checkImports(of chapter: Chapter) {
    for block in chapter.blocks where block.mode.place == .script && block.code.has("import") {
      let lines = block.code.split(separator: "\n", omittingEmptySubsequences: false)
      for (offset, line) in lines.enumerated() where line.has("import") {
        // Also `@preconcurrency public import`; `import struct Foundation.Date` names what it brings.
        guard
          let match = line.prefixMatch(
            of: /\s*(?:@\w+\s+|\w+\s+)?(?:\w+\s+)?import\s+(\w+)(?:\.\w+)*\s*(?:;.*|\/[\/*].*)?$/),
          let module = book.modules.first(where: { $0.apart.contains(String(match.1)) })
        else { continue }
        let column = line.utf8.distance(from: line.startIndex, to: line.firstIndex { $0 != " " && $0 != "\t" }!) + 1
        diagnostics.append(
          Diagnostic(
            .compile, chapter.source.path,
            chapter.position(of: .block(block.index), line: offset + 1, byteColumn: column),
            "'\(line.trimmingPrefix(while: \.isWhitespace))' would have names that \(module.product) has too mean "
              + "\(match.1)'s, without a word: name what is needed, as in 'import struct \(match.1).NAME'"))
      }
    }
  }
}
