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
}
