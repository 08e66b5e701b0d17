import Foundation

/// axe-core, which judges pages by the Web Content Accessibility Guidelines. It comes inside a Python wheel whose
/// version and digest stand in `requirements.txt`; pip refuses any other.
enum Axe {
  struct Violation: Decodable, Sendable, Hashable {
    var rule: String
    var element: String
    var why: String
  }

  private static let made = Task { try fetch() }
  static func script() async throws -> String { try await made.value }

  private static func fetch() throws -> String {
    let folder = Book.root.appending(path: ".build/axe-4.12.1", directoryHint: .isDirectory)
    let script = folder.appending(path: "axe_playwright_python/axe.min.js")
    if !FileManager.default.fileExists(atPath: script.path) {
      let requirements = Book.root.appending(path: "Tests/Browser/requirements.txt").path
      try python([
        "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-r", requirements, "-d", folder.path,
      ])
      let wheels = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".whl") }
      guard let wheel = wheels.first else { throw Browser.Fault(description: "pip left no wheel in \(folder.path)") }
      try python(["-m", "zipfile", "-e", folder.appending(path: wheel).path, folder.path])
    }
    return try String(contentsOf: script, encoding: .utf8)
  }

  private static func python(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Browser.Fault(
        description:
          "axe-core cannot be had: 'python3 \(arguments.joined(separator: " "))' failed (python3, python3-pip and a way to PyPI are needed)"
      )
    }
  }
}
