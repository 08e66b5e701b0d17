import Foundation
import WeaveModel
import WeaveSupport

/// A book to begin with: it builds at once, and one of its chapters shows each construct.
package struct NewBook: Sendable {
  package let language: Language

  package init(_ language: Language) { self.language = language }

  /// Its files, by their ways from its folder.
  package var files: [(path: String, bytes: [UInt8])] {
    let isJapanese = language == .japanese
    let title = isJapanese ? "わたしの本" : "My Book"
    let list = """
      title: \(title)
      language: \(language.rawValue)
      chapters:
        - index
        - constructs

      """
    return [
      ("Chapters/book.yml", Array(list.utf8)),
      ("Chapters/index.md", (isJapanese ? Resource.indexJapanese : .indexEnglish).bytes),
      ("Chapters/constructs.md", (isJapanese ? Resource.constructsJapanese : .constructsEnglish).bytes),
      ("Chapters/references.json", Resource.references.bytes),
      ("Chapters/spiral.svg", Resource.spiral.bytes),
      ("Chapters/data/heights.csv", Resource.heights.bytes),
      (".github/workflows/book.yml", Resource.workflow.bytes),
      (".gitignore", Array("/book.epub\n.DS_Store\n".utf8)),
    ]
  }

  /// Writes it into a folder that is empty, or not there. A repository's own folder in it is no obstacle.
  package func write(to folder: String) throws(EnvironmentError) {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: folder, isDirectory: &isFolder) {
      guard isFolder.boolValue, let names = try? manager.contentsOfDirectory(atPath: folder) else {
        throw EnvironmentError("\(folder) is not a folder that can be read: name one that is empty, or a new one")
      }
      if let first = names.filter({ $0 != ".git" }).min() {
        throw EnvironmentError(
          "the folder \(folder) is not empty (\(first) is in it): name one that is, or a new one")
      }
    }
    for (path, bytes) in files {
      let file = RootedFile(root: folder, path)
      do { try file.write(bytes) } catch { throw EnvironmentError("cannot write \(file.full): \(error)") }
    }
  }
}
