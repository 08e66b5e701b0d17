import Foundation
import Testing

@Suite struct DocumentationTests {
  private static let modules = ["Kernel", "Plot"]

  /// The part of a symbol graph that is read here.
  private struct SymbolGraph: Decodable {
    struct Symbol: Decodable {
      struct Identifier: Decodable { let precise: String }
      struct Comment: Decodable {
        struct Line: Decodable { let text: String }
        let lines: [Line]
      }
      let identifier: Identifier
      let pathComponents: [String]
      let docComment: Comment?

      var name: String { pathComponents.joined(separator: ".") }
      /// Whether it comes with a protocol of the standard library.
      var isSynthesized: Bool { identifier.precise.contains("::SYNTHESIZED::") }
    }
    let symbols: [Symbol]
  }

  /// The symbol graphs of a module as it was built beside the tests, in a new folder.
  private func symbolGraphs(of module: String) throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "symbols-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let target = try Command(["swiftc", "-print-target-info"]).output
    let triple = try #require(target.firstMatch(of: /"unversionedTriple": "([^"]+)"/)?.output.1)
    let extraction = try Command([
      "swift-symbolgraph-extract", "-module-name", module, "-target", String(triple), "-minimum-access-level", "public",
      "-I", built.appending(path: "Modules").path, "-output-dir", folder.path,
      "-Xcc", "-fmodule-map-file=\(repository.path)/Tests/Portability/module.modulemap",
    ])
    #expect(extraction.status == 0, "\(extraction.output)")
    return folder
  }

  @Test(arguments: modules)
  func everyPublicNameIsDocumentedAndHasItsTopic(_ module: String) throws {
    let folder = try symbolGraphs(of: module)
    defer { try? FileManager.default.removeItem(at: folder) }
    let catalogue = try String(
      contentsOf: repository.appending(path: "Sources/\(module)/\(module).docc/\(module).md"), encoding: .utf8)
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let graph = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: folder.appending(path: name)))
      for symbol in graph.symbols where !symbol.isSynthesized {
        count += 1
        let text = symbol.docComment?.lines.map(\.text).joined() ?? ""
        #expect(text.contains { $0.isLetter || $0.isNumber }, "\(symbol.name) has no documentation")
        if symbol.pathComponents.count == 1 {
          #expect(catalogue.contains("- ``\(symbol.name)"), "\(symbol.name) stands under no topic of \(module).docc")
        }
      }
    }
    #expect(count > 50)
  }

  /// The catalogue's links lead somewhere, and no parameter is described that does not exist.
  @Test(arguments: modules)
  func theCatalogueConvertsWithoutAWarning(_ module: String) throws {
    let folder = try symbolGraphs(of: module)
    defer { try? FileManager.default.removeItem(at: folder) }
    let conversion = try Command([
      "docc", "convert", "Sources/\(module)/\(module).docc", "--additional-symbol-graph-dir", folder.path,
      "--fallback-display-name", module, "--fallback-bundle-identifier", module, "--warnings-as-errors",
      "--output-path", folder.appending(path: "archive").path,
    ])
    #expect(conversion.status == 0, "\(conversion.output.prefix(3000))")
    #expect(!conversion.output.contains("warning:"), "\(conversion.output.prefix(3000))")
  }

  /// `WeaveRun/Run/Walls.swift` in a document is a file below Sources/, or below the repository itself.
  @Test(arguments: ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"])
  func filesThatADocumentNamesAreThere(_ document: String) throws {
    let text = try String(contentsOf: repository.appending(path: document), encoding: .utf8)
    let names = text.matches(of: /[\w+\/-]+\/[\w+-]+\.(swift|sh|py)/).map { String($0.output.0) }
    for name in names {
      let places = ["", "Sources/", "Tests/"].map { repository.appending(path: $0 + name).path }
      #expect(places.contains(where: FileManager.default.fileExists), "\(document) names \(name)")
    }
  }
}
