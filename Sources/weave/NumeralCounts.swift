import WeaveModel
import WeaveVerify

/// How many numerals a chapter's page shows, by what they rest on.
struct NumeralCounts: Encodable {
  private var chapter: String
  private var bound = 0, cited = 0, waived = 0, unbound = 0
  /// By rule.
  private var free: [String: Int] = [:]

  init(_ chapter: Chapter, _ words: Words) {
    self.chapter = chapter.name
    for rule in FreeRule.all { free[rule.name] = 0 }
    for numeral in Audit.numerals(in: chapter, words) {
      switch numeral.ground {
      case .bound: bound += 1
      case .cited: cited += 1
      case .waived: waived += 1
      case .free(let rule): free[rule.name]! += 1
      case .unbound, .disguised: unbound += 1
      }
    }
  }

  static let heads = ["chapter", "bound", "cited", "waived", "unbound"] + FreeRule.all.map { "free:\($0.name)" }

  var cells: [String] {
    [chapter] + [bound, cited, waived, unbound].map(String.init) + FreeRule.all.map { String(free[$0.name]!) }
  }
}
