import Foundation
import Subprocess

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

  struct Answer: Decodable {
    /// `html`, or `error` and its `position` in UTF-16 code units of the TeX.
    struct Formula: Decodable {
      var html: String?
      var error: String?
      var position: Int?
    }
    /// No `html`: the language is unknown.
    struct Listing: Decodable { var html: String? }
    var formulas: [Formula]
    var listings: [Listing]
  }

  let tools: Toolchain

  /// Ours: the loop over the request.
  private static let script = String(decoding: PackageResources.typeset_js, as: UTF8.self)
  /// Changes with the script: part of every key of what it made.
  static let version = Digest(script.utf8).hex

  func callAsFunction(_ formulas: [Request.Formula], _ listings: [Request.Listing]) async throws -> Answer {
    if formulas.isEmpty, listings.isEmpty { return Answer(formulas: [], listings: []) }
    let request = Request(
      katex: tools.katex, highlight: tools.highlight, formulas: formulas, listings: listings)
    let result = try await run(
      // All is over within tenths of a second: what V8 spends on optimised code, and on collecting what little there is to
      // collect, does not come back.
      .path(.init(tools.node)), arguments: ["--no-opt", "--min-semi-space-size=32", "--max-semi-space-size=32", "-e", Self.script],
      // KaTeX is found by Node's own resolution on Debian, where its parts lie in several folders. Nothing else reaches
      // it: not only an option would, certificates named in the environment take Node three times its own start to read.
      environment: .custom(["NODE_PATH": "/usr/share/nodejs:/usr/share/javascript"]),
      input: .array(Array(try JSONEncoder().encode(request))),
      output: .bytes(limit: 1 << 28), error: .string(limit: 1 << 16))
    guard result.terminationStatus.isSuccess else {
      let lines = result.standardError.split(separator: "\n")
      let reason = lines.first { $0.contains("Error") } ?? lines.first ?? "no message"
      throw EnvironmentError("\(tools.node) failed on KaTeX \(tools.versions.katex) or highlight.js \(tools.versions.highlight): \(reason)")
    }
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(result.standardOutput))
    } catch {
      throw EnvironmentError("\(tools.node) answered with something that is not JSON: \(error)")
    }
  }
}
