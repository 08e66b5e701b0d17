import Foundation
import WeaveModel
import WeaveSupport

/// What every page loads, from the output folder itself: style, script, KaTeX's style and fonts.
package enum Assets {

  /// Waits on pages with a live figure for its first touch.
  static let live = "\(OutputFolder.assets)/live.js"
  /// Moves them; the book's module of their code, as a script.
  private static let figures = "\(OutputFolder.assets)/figures.js"
  package static let figureCode = "\(OutputFolder.assets)/figures-code.js"

  package static let figurePaths = [live, figures, figureCode]

  /// The scripts of a book with live figures.
  package static func figureFiles(_ language: Language, module: [UInt8]) -> [OutputFile] {
    [
      OutputFile(path: live, bytes: Resource.live.bytes),
      OutputFile(path: figures, bytes: Resource.figures.filled(with: language.words.scripts)),
      OutputFile(path: figureCode, bytes: module),
    ]
  }

  /// The files, and `versions.json`; always the same bytes for the same tool versions.
  /// `figures` is the style sheet of the figures, put before the page's own, which may redefine its variables.
  package static func files(_ tools: Toolchain, _ language: Language, figures: String = "") throws -> [OutputFile] {
    let scripts = language.words.scripts
    var files = [
      OutputFile(path: "\(OutputFolder.assets)/style.css", bytes: Array(figures.utf8) + Resource.style.bytes),
      OutputFile(path: "\(OutputFolder.assets)/print.css", bytes: Resource.print.bytes),
      OutputFile(path: "\(OutputFolder.assets)/icon.svg", bytes: Resource.icon.bytes),
      OutputFile(path: "\(OutputFolder.assets)/theme.js", bytes: Resource.theme.bytes),
      OutputFile(path: "\(OutputFolder.assets)/script.js", bytes: Resource.script.filled(with: scripts)),
      OutputFile(path: "\(OutputFolder.assets)/search.js", bytes: Resource.search.filled(with: scripts)),
      OutputFile(path: Ledger.script, bytes: Resource.ledger.filled(with: scripts)),
    ]
    files += try katex(tools)
    files.append(try versions(tools.versions))
    return files.sorted { $0.path < $1.path }
  }

  package static func versions(_ versions: ToolVersions) throws -> OutputFile {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return OutputFile(path: "versions.json", bytes: Array(try encoder.encode(versions)) + [10])
  }

  /// The style names three formats of each font; every browser that the page is for reads woff2.
  private static func katex(_ tools: Toolchain) throws -> [OutputFile] {
    let source = tools.katexDistribution
    guard let style = FileManager.default.contents(atPath: "\(source)/katex.min.css"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: "\(source)/fonts")
    else { throw EnvironmentError("cannot read KaTeX's style sheet and fonts in \(source)") }
    let css = String(decoding: style, as: UTF8.self)
      .replacing(#/, *url\([^)]*\.(?:woff|ttf)\) *format\(["'](?:woff|truetype)["']\)/#, with: "")
    var files = [OutputFile(path: "\(OutputFolder.assets)/katex/katex.css", text: css)]
    for name in names.sorted() where name.hasSuffix(".woff2") {
      guard let font = FileManager.default.contents(atPath: "\(source)/fonts/\(name)") else {
        throw EnvironmentError("cannot read \(source)/fonts/\(name)")
      }
      files.append(OutputFile(path: "\(OutputFolder.assets)/katex/fonts/\(name)", bytes: Array(font)))
    }
    return files
  }
}
