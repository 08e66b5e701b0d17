import Foundation
import Testing

@Suite struct FormatTests {
  /// Whose lines are counted; the tests of the tool hold long lines of HTML and messages as they are.
  private static let counted =
    try! FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "Sources").path)
    .sorted().map { "Sources/\($0)" } + ["Tests/KernelTests", "Tests/PlotTests", "Tests/RepositoryTests"]

  @Test func sourcesHaveTheFormThatTheConfigurationAsksFor() throws {
    let lint = try Command(["swift", "format", "lint", "--strict", "--recursive", "--parallel", "Sources", "Tests"])
    #expect(lint.status == 0, "\(lint.output.prefix(3000))\nswift format -i FILE mends most of it")
  }

  /// The formatter leaves comments and strings as they are.
  @Test(arguments: counted)
  func noLineIsLongerThan120Columns(_ folder: String) throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: folder).path)
    for file in files where file.hasSuffix(".swift") && !file.contains("OpticalDigitsPart") {
      let text = try String(contentsOf: repository.appending(path: "\(folder)/\(file)"), encoding: .utf8)
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        #expect(line.count <= 120, "\(folder)/\(file):\(index + 1) has \(line.count) columns")
      }
    }
  }

  @Test func anotherFormIsNoticed() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "form-\(UUID().uuidString).swift")
    try "func f( ) {\n      let a = 1 ;print(a)\n}\n".write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let lint = try Command(["swift", "format", "lint", "--strict", "--configuration", ".swift-format", file.path])
    #expect(lint.status != 0 && lint.output.contains("[Indentation]"))
  }
}
