import WeaveModel
import WeaveSupport

/// A formula's TeX as the signs that a reader sees in a row, as far as they bear on a number beside it.
struct FormulaText {
  let tex: String
  let plain: String
  /// Beside a relation a number stands by itself: `d =`, `< 1`.
  let startsWithRelation: Bool
  let endsWithRelation: Bool

  /// What a part of the formula is: a sign in `plain`, and whether it is a letter of the formula's own.
  struct Piece {
    var shown: String
    var isVariable = false
    var isRelation = false
    /// Where it stands in the TeX, in bytes, and after what it ends.
    var range = 0..<0
    var place = Place()
    /// Something that a reader sees as a gap stands before it: the next cell, a wide space.
    var isParted = false
    /// A relation that bounds: <, ≥.
    var isComparison = false
    /// Limits stand above and below it: ∑, ∏.
    var isBig = false
  }

  /// Where in a formula: digits of one number share a group, terms of one sum share a row.
  struct Place: Hashable {
    enum Script { case none, raised, lowered }
    var script = Script.none
    var group = 0
    var row = 0
  }
  let pieces: [Piece]
  /// A command by which it shows another number than it writes, and where that stands, in bytes.
  private(set) var disguise: (name: String, offset: Int)?

  private static let relations: Set<String> = [
    "approx", "le", "leq", "leqslant", "ge", "geq", "geqslant", "lt", "gt", "ll", "gg", "ne", "neq", "equiv", "sim",
    "simeq", "cong",
    "propto", "to", "rightarrow", "leftarrow", "Rightarrow", "iff", "mapsto", "in", "coloneqq",
  ]
  private static let comparisons: Set<String> = [
    "le", "leq", "leqslant", "ge", "geq", "geqslant", "lt", "gt",
  ]
  private static let signs: [String: String] = [
    "times": "×", "cdot": "·", "pm": "±", "mp": "±", "div": "÷", "sqrt": "√", "ast": "*", "frac": "/", "dfrac": "/",
    "tfrac": "/", "cfrac": "/", "binom": "/", "dbinom": "/", "tbinom": "/",
    "pi": "π", "infty": "∞", "circ": "°", "prime": "′", "colon": ":", "ldots": "…", "cdots": "…", "dots": "…",
    "lbrace": "(", "rbrace": ")",
  ]
  /// Spaces, sizes and brackets' sizes: nothing to see.
  private static let silent: Set<String> = [
    "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "quad", "qquad", "enspace", "thinspace",
    "displaystyle", "textstyle",
    "limits", "nolimits",
  ]
  /// Of these the braces hold words, and no variables.
  private static let words: Set<String> = [
    "text", "textrm", "textbf", "textit", "textsf", "texttt", "mathrm", "operatorname", "mbox", "hbox",
  ]
  /// They take what follows them: a relation there is perhaps not seen, or not at its place.
  private static let takers: Set<String> = [
    "phantom", "hphantom", "vphantom", "smash", "llap", "rlap", "clap", "mathllap", "mathrlap", "mathclap", "color",
    "textcolor",
    "colorbox", "fcolorbox", "kern", "mkern", "mskip", "hskip", "hspace", "raisebox", "not", "cancel", "bcancel",
    "xcancel", "sout",
    "overset", "underset", "stackrel", "overline", "underline", "hat", "bar", "tilde", "vec", "dot", "ddot", "mathbf",
    "mathcal",
    "mathbb", "mathit", "mathsf", "mathtt", "boldsymbol", "bm", "tiny", "scriptsize", "sqrt", "frac", "dfrac", "tfrac",
  ]
  private static let twoArguments: Set<String> = [
    "frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom", "overset", "underset", "stackrel",
  ]
  private static let big: Set<String> = [
    "sum", "prod", "coprod", "int", "oint", "bigcup", "bigcap", "bigoplus", "bigotimes", "max", "min", "sup", "inf",
    "lim",
  ]
  /// What follows them in braces is a measure or a colour.
  private static let unshown: Set<String> = ["hspace", "color", "textcolor", "colorbox", "raisebox"]
  private static let hiding: Set<String> = [
    "phantom", "hphantom", "vphantom", "smash", "llap", "rlap", "clap", "mathllap", "mathrlap", "mathclap", "color",
    "textcolor",
    "colorbox", "fcolorbox", "kern", "mkern", "mskip", "hskip", "hspace", "raisebox", "not", "tiny", "scriptsize",
  ]

  /// The groups that are open while a formula is read.
  private struct Nest {
    private var groups: [(place: Place, arguments: Int)] = [(Place(), 0)]
    private var script: Place.Script?
    private var count = 0

    /// Of a sign, or of the group that begins.
    private mutating func next() -> Place {
      var place = groups.last!.place
      if let script {
        count += 1
        place = Place(script: script, group: count, row: count)
        self.script = nil
      } else if groups.last!.arguments > 0 {
        groups[groups.count - 1].arguments -= 1
        count += 1
        place.group = count
      }
      return place
    }

    mutating func place(of sign: String) -> Place {
      if sign == "^" || sign == "_" {
        script = sign == "^" ? .raised : .lowered
        return groups.last!.place
      }
      return next()
    }

    mutating func open() { groups.append((next(), 0)) }
    mutating func close() { if groups.count > 1 { groups.removeLast() } }
    mutating func beginFraction() { groups[groups.count - 1].arguments = 2 }
  }

  init(_ formula: Formula) { self.init(formula.shown) }

  init(_ tex: String) {
    let scalars = Array(tex.unicodeScalars)
    var pieces: [Piece] = []
    var index = 0, depth = 0, hides = false, isTaken = false
    var nest = Nest(), start = 0, bytes = 0, counted = 0, isParted = false
    func add(_ piece: Piece) {
      while counted < start { bytes += UTF8.width(scalars[counted]); counted += 1 }
      var piece = piece
      let length = scalars[start..<index].reduce(0) { $0 + UTF8.width($1) }
      piece.range = bytes..<bytes + length
      piece.place = nest.place(of: piece.shown)
      (piece.isParted, isParted) = (isParted, false)
      pieces.append(piece)
    }
    /// At which depth of braces words are written, if they are.
    var worded: Int?
    func skipGroup() {
      guard index < scalars.count, scalars[index] == "{" else { return }
      index = (scalars[index...].firstIndex(of: "}") ?? scalars.count - 1) + 1
    }
    while index < scalars.count {
      let scalar = scalars[index]
      start = index
      index += 1
      if scalar == "\\" {
        let name = String(scalars: scalars[index...].prefix { $0.properties.isAlphabetic && $0.isASCII })
        index += name.isEmpty ? min(1, scalars.count - index) : name.unicodeScalars.count
        if disguise == nil, Self.disguises.contains(name) {
          disguise = ("\\" + name, scalars[..<start].reduce(0) { $0 + UTF8.width($1) })
        }
        hides = hides || Self.hiding.contains(name)
        if name.isEmpty {
          let sign = scalars[index - 1]
          isParted = isParted || "\\;: ".unicodeScalars.contains(sign)
          // \%, \$ and \{ are signs, \, and \; spaces.
          if "%$#&_{}|".unicodeScalars.contains(sign) {
            add(Piece(shown: sign == "$" ? "＄" : String(Character(sign))))
          }
        } else if name == "begin" || name == "end" {
          isParted = true
          skipGroup()
          if name == "begin", scalars[start..<index].elementsEqual("\\begin{array}".unicodeScalars) { skipGroup() }
        } else if Self.unshown.contains(name) {
          skipGroup()
        } else if Self.relations.contains(name) {
          add(Piece(shown: "=", isRelation: !isTaken, isComparison: Self.comparisons.contains(name)))
        } else if Self.words.contains(name) {
          worded = depth
        } else if let sign = Self.signs[name] {
          add(Piece(shown: sign))
        } else if !Self.silent.contains(name), !Self.takers.contains(name) {
          add(Piece(shown: "x", isVariable: true, isBig: Self.big.contains(name)))
        }
        if Self.twoArguments.contains(name) { nest.beginFraction() }
        isParted = isParted || ["quad", "qquad", "enspace"].contains(name)
        isTaken = Self.takers.contains(name)
        continue
      }
      switch scalar {
      case "{":
        depth += 1
        nest.open()
      case "}":
        depth -= 1
        nest.close()
        if worded == depth { worded = nil }
      case "&", "~":
        isParted = true
        continue
      case "`", " ", "\n": continue
      case "=", "<", ">", "≈", "≤", "≥", "≦", "≧", "≠":
        // x^= and \phantom= are no relations of what stands beside the formula.
        let isRaised = pieces.last.map { $0.shown == "^" || $0.shown == "_" } ?? false
        add(
          Piece(
            shown: "=", isRelation: !isTaken && !isRaised && depth == 0,
            isComparison: "<>≤≥≦≧".unicodeScalars.contains(scalar)))
      case "-": add(Piece(shown: "−"))
      default:
        add(
          Piece(shown: String(Character(scalar)), isVariable: worded == nil && NumeralWords.isLetter(scalar)))
      }
      isTaken = false
    }
    self.pieces = pieces
    self.tex = tex
    // An operator at the end stands as one between spaces does: n − 5.
    let shown = pieces.map(\.shown)
    let isOperator = shown.count > 1 && shown.last!.unicodeScalars.allSatisfy(NumeralWords.operators.contains)
    plain = isOperator ? shown.dropLast().joined() + " " + shown.last! : shown.joined()
    startsWithRelation = !hides && pieces.first?.isRelation ?? false
    endsWithRelation = !hides && pieces.last?.isRelation ?? false
  }

  /// The formula, where it shows a digit, be it a coefficient or an exponent; else what it says in words.
  var numeral: String? {
    // \text{九割}
    plain.unicodeScalars.contains(where: NumeralWords.isNumeric) ? "$\(tex)$" : ClaimText.numeral(inWords: plain)
  }
}
