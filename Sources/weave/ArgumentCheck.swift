import Foundation
import WeaveSupport
import WeaveVerify

/// Names that the command is given: those that it or its tools would take for others are refused before a file is
/// read or written.
enum ArgumentCheck {
  /// Of the arguments, the current folder, TMPDIR, and the folder of the command itself.
  static func run() throws {
    for index in 1..<max(1, Int(CommandLine.argc)) where !isText(CommandLine.unsafeArgv[index]) {
      throw UsageError("argument \(index) is not valid UTF-8: write it in UTF-8, and rename what it names")
    }
    let folder = getcwd(nil, 0)
    defer { free(folder) }
    if !isText(folder) { throw EnvironmentError("the name of the current folder is not valid UTF-8: rename it") }
    if !isText(getenv("TMPDIR")) { throw EnvironmentError("TMPDIR is not valid UTF-8: set it to another place") }
    // The compiler tells its commands a line each and stops at letters beyond ASCII; the linker puts digits for a %.
    if !NSTemporaryDirectory().utf8.allSatisfy({ (32..<127).contains($0) && $0 != UInt8(ascii: "%") }) {
      throw EnvironmentError(
        "TMPDIR has a character in its name that the compiler or the linker cannot work with: set it to a place "
          + "named in ASCII, without % and line breaks"
      )
    }
    // A program keeps the folders of its libraries in one text, a colon between two.
    if let tool = CommandLine.executablePath, tool.contains(":") || hasControlCharacters(tool) {
      throw EnvironmentError(
        "weave stands in a folder with a colon or a control character in its name: move it to another")
    }
  }

  /// Whether it is UTF-8, if it is there.
  private static func isText(_ bytes: UnsafeMutablePointer<CChar>?) -> Bool {
    bytes.map { String(validatingCString: $0) != nil } ?? true
  }

  private static func hasControlCharacters(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
