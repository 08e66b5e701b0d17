import Foundation
import WeaveModel
import WeaveSupport

/// What the command prints, made harmless: names of files, pins, reasons and compilers' words may hold anything.
///
/// A terminal obeys control characters and turns text around; GitHub's runner obeys a line that begins with `::`, after
/// any white space, and one that holds `##[` anywhere. Each is shown by its number instead.
enum Line {
  /// One line for a person. A line break in it is shown too: nothing begins a line of its own.
  static func plain(_ text: String) -> String { withoutCommands(text.replacing("\t", with: "  ").shownPlainly) }

  /// JSON that says the same: what is unseen stands only inside its strings, where it may be written by its number.
  static func json(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar != "\n", scalar.isObeyed {
        for unit in String(scalar).utf16 { result += "\\u" + String(format: "%04x", unit) }
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result.replacing("##[", with: "\\u0023#[")
  }

  /// A command of the workflow that is meant as one: one line, and none other inside.
  static func command(_ text: String) -> String { text.shownPlainly.replacing("##[", with: "⟨U+0023⟩#[") }

  /// Whether the runner would obey a line of `text`.
  static func holdsCommand(_ text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).contains { withoutCommands(String($0)) != $0 }
  }

  private static func withoutCommands(_ line: String) -> String {
    let line = line.replacing("##[", with: "⟨U+0023⟩#[")
    let start = line.prefix { $0.isWhitespace }.endIndex
    return line[start...].hasPrefix("::") ? line[..<start] + "⟨U+003A⟩" + line[start...].dropFirst() : line
  }
}
