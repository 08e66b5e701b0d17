import Foundation
import Subprocess
import WeaveSupport

/// A `dot` description to an inline SVG that takes its colours from the page.
struct Graphviz {
  /// The font whose widths decide the boxes; the reader's page shows its own sans-serif in them.
  static let font = "Noto Sans CJK JP"

  enum Outcome {
    case svg(String)
    /// `line` counts the description's lines from 1.
    case fault(line: Int, message: String)
  }

  let dot: String

  func callAsFunction(_ description: String) async throws -> Outcome {
    let result = try await Tool.run(
      [
        dot, "-Tsvg", "-Gbgcolor=transparent", "-Gfontname=\(Self.font)", "-Nfontname=\(Self.font)",
        "-Efontname=\(Self.font)", "-Gfontsize=14", "-Nfontsize=14", "-Efontsize=12", "-Npenwidth=1.2",
        "-Epenwidth=1.2", "-Earrowsize=0.8",
      ],
      // Where this is set, Graphviz opens no file that a description names.
      environment: .inherit.updating(["SERVER_NAME": "weave"]), input: description)
    // At the fence: it is about the whole.
    if let limit = result.limit { return .fault(line: 0, message: "\(limit): draw less") }
    let complaint = result.error
    if complaint.contains("file loading is disabled") {
      return .fault(line: 0, message: "a diagram reads no files: take image=, shapefile= and IMG out")
    }
    if result.status != 0 || complaint.contains("Error:") {
      return .fault(line: Self.line(in: complaint), message: Self.message(in: complaint))
    }
    let svg = result.output
    guard !svg.isEmpty else {
      return .fault(line: 1, message: "no graph: write digraph { … } or graph { … }")
    }
    // A warning is about the author's own words (an unknown colour or shape): it is a fault too.
    let warnings = complaint.split(separator: "\n").filter {
      $0.hasPrefix("Warning:") && !$0.contains("no hard-coded metrics")
    }
    if let first = warnings.first {
      return .fault(line: Self.line(in: String(first)), message: Self.message(in: String(first)))
    }
    return .svg(svg)
  }

  /// The number after `in line`, or 1.
  private static func line(in complaint: String) -> Int {
    guard let range = complaint.range(of: "in line ") ?? complaint.range(of: "line ") else { return 1 }
    return Int(complaint[range.upperBound...].prefix { $0.isNumber }) ?? 1
  }

  private static func message(in complaint: String) -> String {
    var text = complaint.split(separator: "\n").first.map(String.init) ?? "Graphviz gave no reason"
    for noise in ["Error: ", "Warning: ", "<stdin>: "] { text = text.replacingOccurrences(of: noise, with: "") }
    return text
  }

  /// Graphviz's colour names as the page's variables, so that a diagram follows light and dark.
  static func themed(_ colour: String) -> String {
    switch colour.lowercased() {
    case "black", "#000000": "currentColor"
    case "white", "#ffffff": "var(--paper)"
    case "lightgrey", "lightgray", "whitesmoke", "#d3d3d3": "var(--soft)"
    case "grey", "gray", "darkgrey", "darkgray", "dimgrey", "dimgray": "var(--quiet)"
    case "blue": "var(--accent)"
    case "red": "var(--bad)"
    case "green": "var(--good)"
    default: colour
    }
  }
}
