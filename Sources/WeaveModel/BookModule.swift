/// A Swift module that a book's chapters import: a product of a Swift package, which `weave` builds.
///
/// What a module may bring besides has its place here as keys of the same entry in `book.yml`, once a verb asks:
/// a shift that its random generator mixes in, the sources that are compiled for figures in WebAssembly, the address of
/// its documentation.
package struct BookModule: Sendable, Hashable, Codable {
  /// The package's folder, from the chapters' folder on or absolute.
  package var package: String
  /// A dynamic library of the package.
  package var product: String
  /// What each chapter imports of it.
  package var imports: [String]

  /// The list of changes of its code that 'weave vacuity' tries, from the package's folder on.
  package var mutations: String?
  /// Modules that no chapter imports whole: functions of theirs would be taken for this one's.
  package var apart: [String]

  package init(package: String, product: String, imports: [String], mutations: String? = nil, apart: [String] = []) {
    (self.package, self.product, self.imports) = (package, product, imports)
    (self.mutations, self.apart) = (mutations, apart)
  }
}
