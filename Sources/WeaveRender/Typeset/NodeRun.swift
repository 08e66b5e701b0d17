import Foundation
import Subprocess
import WeaveModel
import WeaveSupport

/// One run of Node over all formulas and listings that the cache does not hold.
struct NodeRun {
  struct Request: Encodable {
    struct Formula: Encodable {
      var tex: String
      var display: Bool
    }
    struct Listing: Encodable {
      var language: String
      var code: String
    }
    var katex: String
    var highlight: String
    var formulas: [Formula]
    var listings: [Listing]
  }

  struct Answer {
    /// `html`, or `error` and its `position` in UTF-16 code units of the TeX.
    struct Formula {
      var html: String?
      var error: String?
      var position: Int?
    }
    var formulas: [Formula] = []
    /// Nil: the language is unknown.
    var listings: [String?] = []
  }

  /// The answer's first line: how many bytes each fragment has after it, or why there is none.
  private struct Head: Decodable {
    struct Fragment: Decodable {
      var bytes: Int?
      var error: String?
      var position: Int?
    }
    var formulas: [Fragment]
    var listings: [Fragment]
  }

  /// A fragment that came to a limit; nil where it is not known which.
  struct Excess: Error {
    enum Fragment { case formula(Int), listing(Int) }
    var fragment: Fragment?
    var limit: String
  }

  let tools: Toolchain

  /// Ours: the loop over the request.
  private static let script = Resource.typeset.text
  /// Changes with the script: part of every key of what it made.
  static let version = Digest(script.utf8).hex

  func callAsFunction(_ formulas: [Request.Formula], _ listings: [Request.Listing]) async throws -> Answer {
    if formulas.isEmpty, listings.isEmpty { return Answer() }
    let request = Request(
      katex: tools.katex, highlight: tools.highlight, formulas: formulas, listings: listings)
    let result = try await Tool.run(
      // All is over within tenths of a second: what V8 spends on optimised code, and on collecting what little there
      // is to collect, does not come back.
      [
        tools.node, "--no-opt", "--max-old-space-size=2048", "--min-semi-space-size=32", "--max-semi-space-size=32",
        "-e", Self.script,
      ],
      // KaTeX is found by Node's own resolution on Debian, where its parts lie in several folders. Nothing else
      // reaches it: not only an option would, certificates named in the environment take Node three times its own
      // start to read.
      environment: .custom(["NODE_PATH": "/usr/share/nodejs:/usr/share/javascript"]),
      input: String(decoding: try JSONEncoder().encode(request), as: UTF8.self))
    if let limit = result.limit { throw Excess(fragment: Self.begun(result.error), limit: limit) }
    guard result.status == 0 else {
      let lines = result.error.split(separator: "\n").filter { !$0.hasPrefix("begin ") }
      let reason = lines.first { $0.contains("Error") } ?? lines.first ?? "no message"
      throw EnvironmentError(
        "\(tools.node) failed on KaTeX \(tools.versions.katex) or highlight.js \(tools.versions.highlight): \(reason)")
    }
    return try read(Array(result.output.utf8))
  }

  /// The fragment that was worked on last.
  private static func begun(_ said: String) -> Excess.Fragment? {
    let words = said.split(separator: "\n").last { $0.hasPrefix("begin ") }?.split(separator: " ") ?? []
    guard words.count == 3, let index = Int(words[2]) else { return nil }
    return words[1] == "formula" ? .formula(index) : .listing(index)
  }

  private func read(_ bytes: [UInt8]) throws(EnvironmentError) -> Answer {
    guard let line = bytes.firstIndex(of: 10),
      let head = try? JSONDecoder().decode(Head.self, from: Data(bytes[..<line]))
    else {
      throw EnvironmentError(
        "\(tools.node) answered with something else than was asked for: "
          + "\(String(decoding: bytes.prefix(80), as: UTF8.self))"
      )
    }
    var start = line + 1
    func fragment(_ count: Int?) throws(EnvironmentError) -> String? {
      guard let count else { return nil }
      guard 0...bytes.count - start ~= count else {
        throw EnvironmentError("\(tools.node) answered with less than it said")
      }
      defer { start += count }
      return String(decoding: bytes[start..<start + count], as: UTF8.self)
    }
    var answer = Answer()
    for formula in head.formulas {
      answer.formulas.append(.init(html: try fragment(formula.bytes), error: formula.error, position: formula.position))
    }
    for listing in head.listings { answer.listings.append(try fragment(listing.bytes)) }
    return answer
  }
}
