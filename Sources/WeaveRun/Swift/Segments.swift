import WeaveModel

/// A chapter's program cut at its headings, each part a module of its own, so that after an edit only that part is
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
    /// What it declares for all of the program. In one file these names are there above it as well: a segment before
    /// it that asks for one of them could mean something else in one file.
    var declares: Set<String>
    /// Where it may use a variable above its declaration: its text as one function, by which the compiler tells.
    var asOneFunction: String?
  }

  let segments: [Segment]
  /// Runs them one after the other.
  let head: String
  /// The lines that import a module, as `Program.imports`.
  let imports: [String]

  /// Of code in a segment beyond which another one begins, so that each is compiled in half a second.
  private static let enough = 3000

  /// Throws where the segments could mean something else than the whole, or where there is only one.
  init(_ program: Program) throws(AsOneFile) {
    let parts = Self.parts(program.pieces)
    let names = parts.map { pieces in
      pieces.dropFirst().reduce(into: SegmentNames(pieces[0].code)) { $0.form(SegmentNames($1.code)) }
    }
    if parts.count < 2 { throw AsOneFile("it has one section") }
    if let own = zip(parts, names).first(where: { $1.isWholeOnly }) {
      throw AsOneFile("what stands from \(own.0[0].origin.name) on has its meaning in one file")
    }
    // In one file a member that an extension adds is there above it as well.
    // The linker refuses functions that are declared alike, and knows variables by their types as well.
    var mentioned: Set<Substring> = [], functions: Set<Substring> = [], others: Set<Substring> = []
    for own in names {
      let twice = own.added.intersection(mentioned).union(own.others.intersection(others.union(functions)))
        .union(own.functions.intersection(others))
      if let name = twice.min() { throw AsOneFile("two sections have a '\(name)'") }
      mentioned.formUnion(own.mentioned)
      functions.formUnion(own.functions)
      others.formUnion(own.others)
    }

    var segments: [Segment] = []
    let lines = Self.importLines(program)
    var plan: [String] = []
    for (place, pieces) in parts.enumerated() {
      let mentioned = names[place].mentioned
      let uses = (0..<place).filter { names[$0].extends || !names[$0].declared.isDisjoint(with: mentioned) }
      let needs = uses.reduce(into: Set(uses)) { $0.formUnion(segments[$1].needs) }
      let (body, steps) = Program.body(of: pieces)
      plan += steps
      let head = lines + uses.map { "@testable import \(Self.name($0))\n" }.joined()
      segments.append(
        Segment(
          name: Self.name(place), text: head + body, size: Self.size(pieces), needs: needs.sorted(),
          mayUseMacros: pieces.contains { $0.mayUseMacros },
          declares: Set(names[place].functions.union(names[place].others).map(String.init)),
          asOneFunction: Dependents.mayUseEarly(pieces) ? head + Program.function(of: body) : nil))
    }
    var head = "import ChapterRuntime\n_planSteps(\"\(plan.joined(separator: " "))\")\n"
    for segment in segments {
      let run = "run\(segment.name)"
      head += "@_silgen_name(\"\(Self.entry(segment.name))\") func \(run)(_: Int32, _: UnsafeRawPointer?) -> Int32\n"
      head += "_ = \(run)(0, nil)\n"
    }
    (self.segments, self.head, imports) = (segments, head + "_finishBlocks()\n", program.imports)
  }

  /// No block names such a module: in one file there is none.
  static let namePrefix = "ChapterSegment"
  private static func name(_ place: Int) -> String { "\(namePrefix)\(place)" }
  /// The symbol of what a segment runs.
  static func entry(_ name: String) -> String { "\(name)_main" }

  private static func size(_ pieces: [Program.Piece]) -> Int { pieces.reduce(0) { $0 + $1.code.utf8.count } }

  private static func parts(_ pieces: [Program.Piece]) -> [[Program.Piece]] {
    var parts: [[Program.Piece]] = []
    var latest = -1
    for piece in pieces where piece.mode.isInProgram {
      let isBlock = if case .block = piece.origin { true } else { false }
      // What a caption or a title binds may stand above what is run before it.
      if parts.isEmpty || piece.section > latest || isBlock && size(parts.last!) > enough { parts.append([]) }
      latest = max(latest, piece.section)
      parts[parts.count - 1].append(piece)
    }
    return parts
  }

  /// What one piece imports, the whole file sees.
  private static func importLines(_ program: Program) -> String {
    let lines = program.imports.filter { $0.drop { $0 == " " }.hasPrefix("import ") }
    return lines.map { $0 + "\n" }.joined()
  }
}

/// Why a chapter is compiled as one file.
struct AsOneFile: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// What a piece's code declares and mentions, as far as its words tell: rather too much than too little.
struct SegmentNames {
  /// What stands at its top: functions, of which several may have one name, and all else.
  private(set) var functions: Set<Substring>
  private(set) var others: Set<Substring>
  /// Members that it adds to types of others.
  private(set) var added: Set<Substring> = []
  /// All that it declares but what is a function's own.
  private(set) var declared: Set<Substring>
  private(set) var mentioned: Set<Substring>
  /// Whether it extends a type: what it adds may be used without a word of it.
  private(set) var extends: Bool
  /// Whether it holds what only one file has the meaning of.
  private(set) var isWholeOnly: Bool

  init(_ code: String) {
    mentioned = Dependents.identifiers(code)
    extends = mentioned.contains("extension")
    let outermost = Dependents.outermost(code)
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
      || ["#file", "#function", "#if"].contains { code.has($0) } || Self.declaresOperator(code)
      || mentioned.contains { $0.hasPrefix(Segments.namePrefix) }
      || outermost.split(separator: "\n").contains(where: Self.goesOn)
  }

  mutating func form(_ other: SegmentNames) {
    added.formUnion(other.added)
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

  /// Whether names of a declaration may stand in the next lines.
  private static func goesOn(_ line: Substring) -> Bool {
    guard line.hasPrefix("let ") || line.hasPrefix("var ") else { return false }
    let isOpen = line.count { "([{".contains($0) } > line.count { ")]}".contains($0) }
    return isOpen ? line.dropFirst(4).hasPrefix("(") && !line.contains("=") : line.last == ","
  }

  /// A function whose name is no word.
  private static func declaresOperator(_ code: String) -> Bool {
    var rest = code[...]
    while let word = rest.range(of: "func ") {
      rest = rest[word.upperBound...].drop { $0 == " " }
      guard let first = rest.first, first.isLetter || first == "_" else { return true }
    }
    return false
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
