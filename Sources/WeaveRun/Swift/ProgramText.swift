import WeaveModel
import WeaveSupport

// A program's text. It names a piece by its place in the chapter (`block-3`, `link-7`) and never by a line of the
// Markdown: an edit of the prose leaves it as it was, to the byte.
extension Program {
  /// The lines that begin it.
  private var head: String { Chapter.head(modules) }

  /// The lines that import a module, each once: what an executable links follows from them.
  var imports: [String] {
    let codes = [head] + pieces.map(\.code).filter { $0.has("import ") }
    return Set(codes.flatMap { $0.split(separator: "\n") }.filter { $0.has("import ") }.map(String.init)).sorted()
  }

  /// The Swift source that the compiler sees. `fail` blocks are judged apart and not in it.
  package var text: String {
    let (body, plan) = Self.body(of: pieces)
    return head + "_planSteps(\"\(plan.joined(separator: " "))\")\n" + body + "_finishBlocks()\n"
  }

  /// The same with every name local to one function.
  var asOneFunction: String { head + Self.function(of: Self.body(of: pieces).text) }
  static func function(of body: String) -> String { "func wholeChapter() {\n\(body)}\n" }

  /// Whether the compiler may have to look for a macro or an attribute made of one: an interpolation's or a raw
  /// string's sign counts as well.
  var mayUseMacros: Bool { pieces.contains { $0.mayUseMacros } }

  /// Pieces as they run, and what each of their calls of `_nextStep` does: `2>5` records link 2 and starts block 5.
  static func body(of pieces: [Piece]) -> (text: String, plan: [String]) {
    var text = ""
    var plan: [String] = []
    var gap: [Piece] = []
    for piece in pieces {
      switch piece.origin {
      case .link: gap.append(piece)
      case .block(let index):
        text += statement(gap, before: piece.mode.place == .script ? index : nil, &plan)
        gap = []
        text += block(piece, index)
      }
    }
    return (text + statement(gap, before: nil, &plan), plan)
  }

  /// What stands between two blocks: a single statement, since the compiler's time grows with the square of their
  /// number.
  private static func statement(_ links: [Piece], before block: Int?, _ plan: inout [String]) -> String {
    var parts: [String] = []
    for piece in links {
      guard case .link(let index) = piece.origin else { continue }
      plan.append("\(index)")
      if isOneArgument(piece.code) {
        parts.append("#sourceLocation(file: \"\(piece.origin.name)\", line: 1)\n_nextStep(\n\(piece.code)\n);\n")
      } else {
        parts.append(
          "do {\n_ = _nextStep;\n" + located("let boundValue =\n\(piece.code)", piece.origin.name)
            + "_nextStep(boundValue);\n}\n")
      }
    }
    if let block {
      if links.isEmpty {
        parts.append("_nextStep();\n")
        plan.append("")
      }
      plan[plan.count - 1] += ">\(block)"
    }
    return parts.count < 2 ? parts.joined() : "do {\n\(parts.joined())}\n"
  }

  /// Whether an expression can stand among a call's arguments and cannot reach beyond them; one with an odd bracket
  /// in a text is taken for one that cannot.
  private static func isOneArgument(_ code: String) -> Bool {
    let start = code.drop { $0 == " " }
    // `if` and `switch` are expressions after an equals sign only; a comment alone is none.
    if ["if", "switch", "//", "/*"].contains(where: start.hasPrefix) { return false }
    var depth = 0, isEmpty = true
    for byte in code.utf8 {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: " "): continue
      default: break
      }
      isEmpty = false
      if depth < 0 { return false }
    }
    return depth == 0 && !isEmpty
  }

  private static func located(_ code: String, _ name: String) -> String {
    let end = code.hasSuffix("\n") ? "" : "\n"
    return
      "#sourceLocation(file: \"\(name)\", line: 1)\n\(code)\(end)#sourceLocation(file: \"after-\(name)\", line: 1)\n"
  }

  private static func block(_ piece: Piece, _ index: Int) -> String {
    let code = located(piece.code, piece.origin.name)
    return switch piece.mode.place {
    case .script: code
    case .function: "func compiledBlock\(index)() {\n\(code)}\n"
    case .child: "if _forkBlock(\(index)) {\n\(code)_surviveBlock()\n}\n"
    case .apart, .nowhere: ""
    }
  }
}

extension Program.Piece {
  var mayUseMacros: Bool { code.utf8.contains { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "@") } }

  /// Whether a comma stands in it outside of all brackets: two expressions, the ends of a range.
  var isPair: Bool {
    // A condition may have commas of its own.
    if ["if", "switch"].contains(where: code.drop(while: { $0 == " " }).hasPrefix) { return false }
    var depth = 0
    for byte in code.utf8 {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: return true
      default: break
      }
    }
    return false
  }
}

extension Chapter {
  /// The imports that stand before all of its code.
  fileprivate static func head(_ modules: [String]) -> String {
    Set(["ChapterRuntime", "Plot"] + modules).sorted().map { "import \($0)\n" }.joined()
  }

  /// The chapter's program as a reader downloads it: compiles by itself against the book's modules, and says how it is
  /// run.
  /// - Parameter last: the block with which it ends; nil for all of them.
  package func tangled(_ words: Words, through last: Int? = nil) -> String {
    var text = "// \(front.title)\n// \(words.code.run("\(name).swift"))\n\(Self.head(imports))"
    for block in blocks.prefix((last ?? Int.max - 1) + 1) where block.mode.isOffered {
      let (file, line) = block.attributes.file.map { ($0.path, $0.line(1)) } ?? ("\(name).md", block.codeLine)
      text += "\n#sourceLocation(file: \"\(file)\", line: \(line))\n"
      text += block.mode.place == .function ? "func compiledBlock\(block.index)() {\n\(block.code)}\n" : block.code
    }
    return text
  }
}

/// A program as a reader has it: what its blocks print goes to the terminal, and nothing is recorded.
enum LooseText {
  /// `program`, started so that the tool finds its figures; the compiler names its lines as those of `file`.
  static func started(_ program: String, file: String) -> String {
    let file = String(file.map { "\"\\\n\r".contains($0) ? "_" : $0 })
    return "import ChapterRuntime\n_runAlone()\n#sourceLocation(file: \"\(file)\", line: 1)\n\(program)\n"
  }

  /// The lines of it that import a module.
  static func imports(_ program: String) -> [String] {
    Set(program.split(separator: "\n").filter { $0.has("import ") }.map(String.init)).sorted()
  }
}
