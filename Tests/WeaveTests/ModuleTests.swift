import Foundation
import Testing

/// Books whose chapters import a Swift module of their own.
@Suite struct ModuleTests {
  /// A copy of the statistics book in its package, beside a tool that knows nothing of it.
  private func statistics() throws -> CommandFixture {
    let book = try CommandFixture(ownKit: true)
    let source = CaseFolder.repository.appendingPathComponent("Tests/Books/Statistics")
    try FileManager.default.removeItem(at: book.folder.appendingPathComponent("Chapters"))
    for name in ["Package.swift", "Sources", "Chapters"] {
      try FileManager.default.copyItem(
        at: source.appendingPathComponent(name), to: book.folder.appendingPathComponent(name))
    }
    return book
  }

  @Test func aBookWithAModuleOfItsOwnIsWovenAndChecked() throws {
    let book = try statistics()
    let built = try book.weave("build")
    #expect(built.status == 0 && built.error == "", "\(built.error)")
    let checked = try book.weave("check")
    #expect(checked.status == 0 && checked.error == "", "\(checked.error)")
    #expect(checked.output.contains("spread: run, 3 blocks, 9 numbers, 1 claims hold"))
    let page = try book.read("Output/spread.html")
    #expect(page.contains("146.3") && !page.contains("import Kernel"))
    let program = try book.read("Output/spread.swift")
    #expect(program.contains("import ChapterRuntime\nimport Plot\nimport Statistics\n"))

    // The module is built anew where its sources are, and what it computes otherwise is told.
    try book.edit("Sources/Statistics/Sample.swift", "Double(values.count - 1)", "Double(values.count)")
    let changed = try book.weave("build")
    #expect(changed.status == 1)
    #expect(changed.error.contains("[number] printed 146.3, computed 117.0"), "\(changed.error)")
  }

  @Test func aModuleThatCannotBeHadIsNamed() throws {
    let book = try statistics()
    try book.edit("Sources/Statistics/Sample.swift", "public struct Sample", "public strukt Sample")
    let broken = try book.weave("build")
    #expect(broken.status == 2 && broken.error.hasPrefix("weave: .. does not build: "), "\(broken.error)")
    #expect(broken.error.contains("error:"))

    try book.edit("Sources/Statistics/Sample.swift", "public strukt Sample", "public struct Sample")
    try book.edit("Package.swift", "type: .dynamic, ", "")
    let still = try book.weave("build")
    #expect(still.status == 2 && still.error.contains("is not a dynamic library: declare .library"), "\(still.error)")

    try book.edit("Chapters/book.yml", "package: ..", "package: ../nowhere")
    let absent = try book.weave("build")
    #expect(absent.status == 2 && absent.error.contains("there is no Swift package in ../nowhere"), "\(absent.error)")
    #expect(!FileManager.default.fileExists(atPath: book.folder.appendingPathComponent("Output").path))
  }
}
