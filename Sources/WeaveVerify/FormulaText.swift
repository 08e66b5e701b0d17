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
  }
  let pieces: [Piece]

  private static let relations: Set<String> = [
    "approx", "le", "leq", "leqslant", "ge", "geq", "geqslant", "lt", "gt", "ll", "gg", "ne", "neq", "equiv", "sim",
    "simeq", "cong",
    "propto", "to", "rightarrow", "leftarrow", "Rightarrow", "iff", "mapsto", "in", "coloneqq",
  ]
  private static let signs: [String: String] = [
    "times": "×", "cdot": "·", "pm": "±", "mp": "±", "div": "÷", "sqrt": "√", "ast": "*", "frac": "/", "dfrac": "/",
    "tfrac": "/",
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
  private static let hiding: Set<String> = [
    "phantom", "hphantom", "vphantom", "smash", "llap", "rlap", "clap", "mathllap", "mathrlap", "mathclap", "color",
    "textcolor",
    "colorbox", "fcolorbox", "kern", "mkern", "mskip", "hskip", "hspace", "raisebox", "not", "tiny", "scriptsize",
  ]

  init(_ tex: String) {
    let scalars = Array(tex.unicodeScalars)
    var pieces: [Piece] = []
    var index = 0, depth = 0, hides = false, isTaken = false
    /// At which depth of braces words are written, if they are.
    var worded: Int?
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      if scalar == "\\" {
        let name = String(scalars: scalars[index...].prefix { $0.properties.isAlphabetic && $0.isASCII })
        index += name.isEmpty ? min(1, scalars.count - index) : name.unicodeScalars.count
        hides = hides || Self.hiding.contains(name)
        if name.isEmpty {
          let sign = scalars[index - 1]
          // \%, \$ and \{ are signs, \, and \; spaces.
          if "%$#&_{}|".unicodeScalars.contains(sign) {
            pieces.append(Piece(shown: sign == "$" ? "＄" : String(Character(sign))))
          }
        } else if Self.relations.contains(name) {
          pieces.append(Piece(shown: "=", isRelation: !isTaken))
        } else if Self.words.contains(name) {
          worded = depth
        } else if let sign = Self.signs[name] {
          pieces.append(Piece(shown: sign))
        } else if !Self.silent.contains(name), !Self.takers.contains(name) {
          pieces.append(Piece(shown: "x", isVariable: true))
        }
        isTaken = Self.takers.contains(name)
        continue
      }
      switch scalar {
      case "{": depth += 1
      case "}":
        depth -= 1
        if worded == depth { worded = nil }
      case "`", "&", " ", "\n", "~": continue
      case "=", "<", ">", "≈", "≤", "≥", "≦", "≧", "≠":
        // x^= and \phantom= are no relations of what stands beside the formula.
        let isRaised = pieces.last.map { $0.shown == "^" || $0.shown == "_" } ?? false
        pieces.append(Piece(shown: "=", isRelation: !isTaken && !isRaised && depth == 0))
      case "-": pieces.append(Piece(shown: "−"))
      default:
        pieces.append(
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

  /// The formula, where a number stands by itself in it, between its ends, relations and commas, with no variable
  /// beside it:
  /// 99.9 and 10^3, but not the 2 of √d / 2; and any decimal.
  var loneNumeral: String? {
    for part in pieces.split(whereSeparator: { ["=", ",", ";"].contains($0.shown) }) {
      let shown = part.map(\.shown).joined()
      let isCounted = shown.unicodeScalars.contains(where: NumeralWords.isNumeric)
      if isCounted, !part.contains(where: \.isVariable) || shown.contains(/[0-9０-９][.．][0-9０-９]/) { return "$\(tex)$" }
    }
    // \text{九割}
    return ClaimText.numeral(inWords: plain)
  }
}
