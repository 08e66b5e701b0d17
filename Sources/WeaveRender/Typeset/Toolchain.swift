import Foundation
import WeaveSupport

/// The programs that set formulas, code and diagrams: where they are and which versions.
package struct Toolchain: Sendable {
  package let versions: ToolVersions
  package let node: String
  package let dot: String
  /// Folder of the Node package, and of what it ships for browsers: `katex.min.css` and `fonts/`.
  package let katex: String
  let katexDistribution: String
  package let highlight: String

  /// Finds everything, or says what to install.
  package static func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment, cache: Cache = .none
  ) async throws -> Toolchain {
    let path = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
    func program(_ names: String..., package: String) throws -> String {
      for name in names {
        for folder in path where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
          return "\(folder)/\(name)"
        }
      }
      throw EnvironmentError("\(names[0]) is missing: install it with '\(installer(package))'")
    }
    let node = try program("node", "nodejs", package: "nodejs")
    let dot = try program("dot", package: "graphviz")
    let (katex, katexVersion) = try package("katex", installedBy: "katex", environment)
    let (highlight, highlightVersion) = try package(
      "highlight.js", installedBy: "node-highlight.js", environment)
    let distribution = ["\(katex)/dist", "/usr/share/javascript/katex"].first {
      FileManager.default.fileExists(atPath: "\($0)/katex.min.css")
        && FileManager.default.fileExists(atPath: "\($0)/fonts")
    }
    guard let distribution else {
      throw EnvironmentError("KaTeX's style sheet and fonts are missing: install them with '\(installer("katex"))'")
    }
    let diagrams = try await diagramVersions(dot, path, environment, cache)
    return Toolchain(
      versions: ToolVersions(
        katex: katexVersion, highlight: highlightVersion, graphviz: diagrams.graphviz, font: diagrams.font),
      node: node, dot: dot, katex: katex, katexDistribution: distribution, highlight: highlight)
  }

  private struct DiagramVersions: Codable {
    var graphviz: String
    var font: String
  }

  /// Graphviz' version and its font's, asked again when the program or what fontconfig looks at is another.
  private static func diagramVersions(
    _ dot: String, _ path: [String], _ environment: [String: String], _ cache: Cache
  ) async throws -> DiagramVersions {
    let key = Digest(["diagram versions", stamp(dot)] + fontFolders(environment, cache)).hex
    if let known: DiagramVersions = cache.value(key) { return known }
    async let font = diagramFont(path)
    let graphviz = try await output(of: dot, ["-V"])
    let version = graphviz.split(separator: " ").first { $0.first?.isNumber == true }
    let found = DiagramVersions(graphviz: version.map(String.init) ?? graphviz, font: await font)
    cache.store(found, key)
    return found
  }

  private static func stamp(_ path: String) -> String {
    "\(path) \(FileStamp(path: path).map { "\($0)" } ?? "none")"
  }

  /// Folders by whose dates fontconfig itself knows that its fonts or its rules are others, with their stamps.
  private static func fontFolders(_ environment: [String: String], _ cache: Cache) -> [String] {
    let home = environment["HOME"] ?? NSHomeDirectory()
    let roots =
      ["/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "\(home)/.fonts"]
      + [
        "\(environment["XDG_DATA_HOME"] ?? "\(home)/.local/share")/fonts",
        "\(environment["XDG_CONFIG_HOME"] ?? "\(home)/.config")/fontconfig",
      ]
      + [environment["FONTCONFIG_PATH"], environment["FONTCONFIG_FILE"]].compactMap { $0 }
    // A new folder changes the date of the one that holds it: while all dates stand, there are no others.
    let key = Digest(["font folders"] + roots).hex
    if let known: [String: String] = cache.value(key), known.allSatisfy({ stamp($0) == $1 }) {
      return known.values.sorted()
    }
    let found = Dictionary(roots.flatMap(foldersBelow).map { ($0, stamp($0)) }) { first, _ in first }
    cache.store(found, key)
    return found.values.sorted()
  }

  private static func foldersBelow(_ root: String) -> [String] {
    guard let folder = opendir(root) else { return [root] }
    defer { closedir(folder) }
    var folders = [root]
    while let entry = readdir(folder) {
      guard entry.pointee.d_type == UInt8(DT_DIR) || entry.pointee.d_type == UInt8(DT_UNKNOWN) else { continue }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
      }
      if name != ".", name != ".." { folders += foldersBelow("\(root)/\(name)") }
    }
    return folders.sorted()
  }

  /// Graphviz measures labels with the fonts it finds: with another font a diagram has other bytes.
  private static func diagramFont(_ path: [String]) async -> String {
    guard let folder = path.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/fc-match") }),
      let match = try? await output(
        of: "\(folder)/fc-match", ["-f", "%{postscriptname} %{fontversion}", Graphviz.font])
    else { return "unknown" }
    return match
  }

  private static func output(of program: String, _ arguments: [String]) async throws -> String {
    try await Tool.output(program, arguments, both: true).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// A package's folder and version, found as Node would, and where Debian, npm and Homebrew put it.
  private static func package(
    _ name: String, installedBy: String, _ environment: [String: String]
  ) throws -> (String, String) {
    let folders =
      (environment["NODE_PATH"] ?? "").split(separator: ":").map(String.init) + [
        "/usr/share/nodejs", "/usr/lib/nodejs", "/usr/share/javascript", "/usr/local/lib/node_modules",
        "/usr/lib/node_modules", "/opt/homebrew/lib/node_modules",
        "/opt/homebrew/opt/\(name)/libexec/lib/node_modules",
      ]
    struct Manifest: Decodable { var version: String }
    for folder in folders.map({ "\($0)/\(name)" }) {
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/package.json"),
        let manifest = try? JSONDecoder().decode(Manifest.self, from: bytes)
      else { continue }
      return (folder, manifest.version)
    }
    throw EnvironmentError("\(name) is missing: install it with '\(installer(installedBy))'")
  }

  private static func installer(_ package: String) -> String {
    #if os(macOS)
      switch package {
      case "katex": "npm install -g katex"
      case "node-highlight.js": "npm install -g highlight.js@9"
      case "nodejs": "brew install node"
      default: "brew install \(package)"
      }
    #else
      "apt-get install \(package)"
    #endif
  }
}

/// What the bytes of rendered fragments depend on besides their sources.
package struct ToolVersions: Sendable, Hashable, Codable {
  package var katex: String
  package var highlight: String
  package var graphviz: String
  /// The font by which Graphviz measures labels.
  package var font: String

  package init(katex: String, highlight: String, graphviz: String, font: String) {
    self.katex = katex
    self.highlight = highlight
    self.graphviz = graphviz
    self.font = font
  }

  package enum CodingKeys: String, CodingKey {
    case katex = "KaTeX"
    case highlight = "highlight.js"
    case graphviz = "Graphviz"
    case font = "Graphviz font"
  }
}
