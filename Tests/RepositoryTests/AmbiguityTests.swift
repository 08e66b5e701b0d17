import Foundation
import Testing

/// Beside Foundation the C library's `exp` would be taken without a word, were the kernel's not as good a choice.
@Suite struct AmbiguityTests {
  private func check(_ code: String) throws -> Command {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ambiguity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "main.swift")
    try code.write(to: file, atomically: true, encoding: .utf8)
    let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return try Command([
      "swiftc", "-typecheck", "-I", built.appending(path: "Modules").path,
      "-Xcc", "-fmodule-map-file=\(repository.path)/Tests/Portability/module.modulemap", file.path,
    ])
  }

  @Test func anUnqualifiedFunctionBesideFoundationIsAnError() throws {
    let calls = ["exp(x)", "log(x)", "sin(x)", "cos(x)", "tanh(x)", "erf(x)", "pow(x, 2)", "exp(0.5)", "[x].map(exp)"]
    let unqualified = try check(
      "import Foundation\nimport Kernel\nlet x = 1.5\n" + calls.map { "print(\($0))\n" }.joined())
    #expect(unqualified.status != 0)
    for (line, call) in calls.enumerated() {
      #expect(
        unqualified.output.contains("main.swift:\(line + 4):"), "\(call) compiles: \(unqualified.output.prefix(2000))")
    }
    #expect(unqualified.output.contains("ambiguous use of 'exp'"))
    let qualified = try check(
      "import Foundation\nimport Kernel\nlet x = 1.5\n"
        + calls.map { "print(Kernel.\($0))\n" }.joined().replacing("Kernel.[x].map(exp)", with: "[x].map(Kernel.exp)")
        + "print(Foundation.exp(x), sqrt(x))\n")
    #expect(qualified.status == 0, "\(qualified.output.prefix(2000))")
    let alone = try check(
      "import Kernel\nlet x = 1.5\n" + calls.map { "print(\($0))\n" }.joined() + "print(exp(1), pow(2, 3))\n")
    #expect(alone.status == 0, "\(alone.output.prefix(2000))")
  }
}
