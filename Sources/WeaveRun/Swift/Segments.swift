import WeaveModel

/// A chapter's program cut at its sections, each a module of its own, so that after an edit only that section is
/// compiled, and those that use what its interface shows.
///
/// They are linked into one executable, and share one name for the linker and for the running program (`Chapter`):
/// what two of them declare alike is refused there, and no text that a program prints tells them apart.
struct Segments {
  struct Segment {
    var name: String
    var text: String
    /// Bytes of its code, which its compiling time grows with.
    var size: Int
    /// The earlier segments that it uses, and those that these use, by their places.
    var needs: [Int]
    var mayUseMacros: Bool
  }

  let segments: [Segment]
  /// Runs them one after the other.
  let head: String
  /// The lines that import a module, as `Program.imports`.
  let imports: [String]

  /// Nil where the segments could mean something else than the whole, or where there is only one.
  init?(_ program: Program) {
    let sections = Self.sections(program.pieces)
    let names = sections.map { pieces in
      pieces.dropFirst().reduce(into: SegmentNames(pieces[0].code)) { $0.form(SegmentNames($1.code)) }
    }
    guard sections.count > 1, names.allSatisfy({ !$0.isWholeOnly }) else { return nil }
    // In one file a name stands for whatever is declared anywhere in it, also further down.
    // The linker refuses functions that are declared alike, and knows variables by their types as well.
    var mentioned: Set<Substring> = [], free: Set<Substring> = []
    var functions: Set<Substring> = [], others: Set<Substring> = []
    for own in names {
      if !own.everywhere.isDisjoint(with: free) || !own.added.isDisjoint(with: mentioned)
        || !own.others.isDisjoint(with: others.union(functions))
        || !own.functions.isDisjoint(with: others)
      {
        return nil
      }
      mentioned.formUnion(own.mentioned)
      free.formUnion(own.free)
      functions.formUnion(own.functions)
      others.formUnion(own.others)
    }

    var segments: [Segment] = []
    let lines = Self.importLines(program)
    var plan: [String] = []
    for (place, pieces) in sections.enumerated() {
      let mentioned = names[place].mentioned
      let uses = (0..<place).filter { names[$0].extends || !names[$0].declared.isDisjoint(with: mentioned) }
      let needs = uses.reduce(into: Set(uses)) { $0.formUnion(segments[$1].needs) }
      let (body, steps) = Program.body(of: pieces)
      plan += steps
      let earlier = uses.map { "@testable import \(Self.name($0))\n" }.joined()
      segments.append(
        Segment(
          name: Self.name(place), text: lines + earlier + body, size: pieces.reduce(0) { $0 + $1.code.utf8.count },
          needs: needs.sorted(), mayUseMacros: pieces.contains { $0.mayUseMacros }))
    }
    var head = "import ChapterRuntime\n_planSteps(\"\(plan.joined(separator: " "))\")\n"
    for segment in segments {
      let run = "run\(segment.name)"
      head += "@_silgen_name(\"\(Self.entry(segment.name))\") func \(run)(_: Int32, _: UnsafeRawPointer?) -> Int32\n"
      head += "_ = \(run)(0, nil)\n"
    }
    (self.segments, self.head, imports) = (segments, head + "_finishBlocks()\n", program.imports)
  }

  private static func name(_ place: Int) -> String { "ChapterSegment\(place)" }
  /// The symbol of what a segment runs.
  static func entry(_ name: String) -> String { "\(name)_main" }

  private static func sections(_ pieces: [Program.Piece]) -> [[Program.Piece]] {
    var sections: [[Program.Piece]] = []
    var latest = -1
    for piece in pieces where piece.mode.isInProgram {
      // What a caption or a title binds may stand above what is run before it.
      if sections.isEmpty || piece.section > latest { sections.append([]) }
      latest = max(latest, piece.section)
      sections[sections.count - 1].append(piece)
    }
    return sections
  }

  /// What one piece imports, the whole file sees.
  private static func importLines(_ program: Program) -> String {
    let lines = program.imports.filter { $0.drop { $0 == " " }.hasPrefix("import ") }
    return lines.map { $0 + "\n" }.joined()
  }
}

/// What a piece's code declares and mentions, as far as its words tell: rather too much than too little.
struct SegmentNames {
  /// Names that stand in one file for the same thing above their declaration as below it. Of variables another step
  /// says where they are used too early.
  private(set) var everywhere: Set<Substring>
  /// Members that it adds to types of others.
  private(set) var added: Set<Substring> = []
  /// What stands at its top: functions, of which several may have one name, and all else.
  private(set) var functions: Set<Substring>
  private(set) var others: Set<Substring>
  /// All that it declares but what is a function's own.
  private(set) var declared: Set<Substring>
  private(set) var mentioned: Set<Substring>
  /// Those of the names mentioned that may stand for something declared at the top: neither members nor labels.
  private(set) var free: Set<Substring>
  /// Whether it extends a type: what it adds may be used without a word of it.
  private(set) var extends: Bool
  /// Whether it holds what only one file has the meaning of.
  private(set) var isWholeOnly: Bool

  init(_ code: String) {
    mentioned = Dependents.identifiers(code)
    free = Self.freeWords(code)
    extends = mentioned.contains("extension")
    let outermost = Dependents.outermost(code)
    everywhere = Set(Dependents.declared(outermost, keywords: Dependents.declarations.subtracting(["let", "var"])))
    functions = Set(Dependents.declared(outermost, keywords: ["func"]))
    others = Set(Dependents.declared(outermost, keywords: Dependents.declarations.subtracting(["func"])))
    declared = functions.union(others)
    if extends || !mentioned.isDisjoint(with: Self.types) {
      let members = Dependents.declared(code, keywords: Dependents.declarations.union(["case"]))
      declared.formUnion(members)
      if extends { added.formUnion(members) }
    }
    isWholeOnly =
      !mentioned.isDisjoint(with: Self.wholeOnly) || extends && !Self.extendsPlainly(code)
      || outermost.split(separator: "\n").contains { $0.hasPrefix("defer") }
      || ["#file", "#function"].contains { code.has($0) }
  }

  mutating func form(_ other: SegmentNames) {
    everywhere.formUnion(other.everywhere)
    added.formUnion(other.added)
    free.formUnion(other.free)
    functions.formUnion(other.functions)
    others.formUnion(other.others)
    declared.formUnion(other.declared)
    mentioned.formUnion(other.mentioned)
    extends = extends || other.extends
    isWholeOnly = isWholeOnly || other.isWholeOnly
  }

  private static let types: Set<Substring> = ["struct", "class", "enum", "actor", "protocol"]

  /// Access that ends with the file, code that waits, and what changes the language for all that is in one file.
  private static let wholeOnly: Set<Substring> = [
    "private", "fileprivate", "await", "async", "operator", "precedencegroup", "macro",
  ]

  private static func freeWords(_ code: String) -> Set<Substring> {
    var words: Set<Substring> = []
    var rest = code[...], before: Character?
    while let start = rest.firstIndex(where: { $0.isLetter || $0 == "_" }) {
      before = rest[..<start].last { $0 != " " } ?? before
      let name = rest[start...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      let isLabel = (before == "(" || before == ",") && code[name.endIndex...].first == ":" && name.first!.isLowercase
      let isMember = before == "." && !rest[..<start].hasSuffix("..")
      if !isMember, !isLabel { words.insert(name) }
      before = name.last
      rest = rest[name.endIndex...]
    }
    return words
  }

  /// Whether its extensions add nothing but members with names of their own.
  private static func extendsPlainly(_ code: String) -> Bool {
    let words = Dependents.identifiers(code)
    if words.contains("init") || words.contains("subscript") || code.has("static func") { return false }
    return code.split(separator: "\n").allSatisfy { line in
      guard let word = line.range(of: "extension ") else { return true }
      let rest = line[word.upperBound...]
      let name = rest.prefix { $0 != "{" }
      return name.count < rest.count && name.allSatisfy { " .".contains($0) || $0.isLetter || $0.isNumber }
    }
  }
}
