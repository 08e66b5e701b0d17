import Foundation
import WeaveModel
import WeaveRun
import WeaveSupport

/// What a chapter's program did in a variation.
struct VariedRun: Sendable, Codable {
  /// By link index.
  var values: [Int: Value]
  /// By block index: digests of what was printed, without blocks that print something else each time.
  var outputs: [Int: String]
  /// Where it stopped before its last line, and why.
  var stop: Runner.Fault?
  /// By step: the places of changes that it passed, where the run was to tell them.
  var passed: [CodeOrigin: Set<Int>]?

  init(_ result: Runner.Result, of chapter: Chapter) {
    self.init(result.record, of: chapter)
    stop = result.faults.first
    if !result.passed.isEmpty { passed = result.passed }
  }

  /// Of a run that came to its end.
  init(_ record: RunRecord, of chapter: Chapter) {
    values = record.values
    outputs = record.outputs.filter { !chapter.blocks[$0.key].attributes.volatile }.mapValues { Digest($0.utf8).hex }
  }

  /// Tells one outcome from another: the same program gives the same on every machine. Values are named by their order,
  /// which links in the prose around them do not change, or by these indices.
  func digest(links: [Int]? = nil) -> String {
    let values = values.sorted { $0.key < $1.key }.enumerated().map { order, value in
      "\(links.flatMap { order < $0.count ? $0[order] : nil } ?? order) \(value.value.shown)"
    }
    let outputs = outputs.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return String(Digest(values + [""] + outputs + ["", stop?.origin?.name ?? ""]).hex.prefix(16))
  }
}

extension Chapter {
  /// Of its code and its data: the same for two states of a chapter between which only prose changed.
  var codeKey: String {
    let pieces = Program(self).pieces.map { "\($0.mode.rawValue) \($0.code)" }
    let data = data.map { "\($0.name) \(Digest($0.bytes).hex)" }
    return String(Digest(["seeds", "1"] + imports + [""] + pieces + [""] + data).hex.prefix(32))
  }
}
