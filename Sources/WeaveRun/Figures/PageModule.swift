import Foundation
import WeaveModel
import WeaveSupport

/// A module of Swift or of C that live figures rest on, from its sources: for the page each is compiled anew.
struct PageModule: Sendable {
  var name: String
  var folder: URL
  /// From the folder on.
  var swift: [String] = []
  var c: [String] = []
  var headers: [String] = []

  /// The modules called `names` of a package laid out as SwiftPM does by itself, and what they import of it; each after
  /// those that it imports.
  static func found(_ names: [String], in package: URL) throws -> [PageModule] {
    var all: [PageModule] = []
    func add(_ name: String) throws {
      let folder = package.appendingPathComponent("Sources/\(name)")
      guard !all.contains(where: { $0.name == name }),
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }).sorted()
      else { return }
      var module = PageModule(name: name, folder: folder)
      module.swift = paths.filter { $0.hasSuffix(".swift") }
      module.c = paths.filter { $0.hasSuffix(".c") }
      module.headers = paths.filter { $0.hasPrefix("include/") && $0.hasSuffix(".h") }
      for path in module.swift {
        let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
        for line in text.split(separator: "\n") where line.has("import ") {
          let words = line.split(separator: " ")
          if let place = words.firstIndex(of: "import"), place < 2, place + 1 < words.count {
            try add(String(words[place + 1]))
          }
        }
      }
      all.append(module)
    }
    for name in names { try add(name) }
    return all
  }

  var isSwift: Bool { !swift.isEmpty }
  func path(_ file: String) -> String { folder.appendingPathComponent(file).path }

  /// Of what it is made of, wherever that stands.
  var digest: Digest {
    Digest(
      [name]
        + (swift + c + headers).flatMap { file in
          [file, Digest((FileManager.default.contents(atPath: path(file)) ?? Data())).hex]
        })
  }

  /// For clang: a module of C.
  var map: String {
    "module \(name) {\n" + headers.map { "  header \"\(path($0))\"\n" }.joined() + "  export *\n}\n"
  }
}
