/// KaTeX's formula for a reading system: MathML alone, with the TeX as its text alternative.
enum EpubMathML {
  /// The MathML in what KaTeX wrote.
  static func math(in katex: String) -> Markup.Element? {
    guard case .element(let root)? = try? Markup.parse(katex) else { return nil }
    return root.first { $0.name == "math" }.map(cleaned)
  }

  /// `math` as KaTeX wrote it.
  private static func cleaned(_ math: Markup.Element) -> Markup.Element {
    var math = math
    if let semantics = math.first(where: { $0.name == "semantics" }) {
      if let tex = semantics.first(where: { $0.name == "annotation" }) { math["alttext"] = tex.words }
      math.children = semantics.children.filter {
        if case .element(let child) = $0 { child.name != "annotation" } else { true }
      }
    }
    math.children = math.children.map { lettered(valid($0)) }
    return math
  }

  private static let tokens: Set<String> = ["mi", "mn", "mo", "mtext", "ms"]
  /// Elements whose children each have a place of their own.
  private static let arity = [
    "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mfrac": 2, "mroot": 2,
  ]

  /// KaTeX sets `\bmod` as elements inside an operator, and after the name of a function with an index a third
  /// child, the invisible application: no MathML. Here an operator is its letters, and the index belongs to the name
  /// alone.
  private static func valid(_ node: Markup) -> Markup {
    guard case .element(var element) = node else { return node }
    if tokens.contains(element.name) {
      element.children = [.text(element.words)]
      return .element(element)
    }
    if let count = arity[element.name], element.children.count > count {
      element.children.removeAll {
        if case .element(let child) = $0 { child.name == "mo" && child.words == "\u{2061}" } else { false }
      }
    }
    element.children = element.children.map(valid)
    return .element(element)
  }

  /// MathML Core, which browsers draw, knows no `mathvariant` but `normal`: the letters themselves have to say it.
  private static func lettered(_ node: Markup) -> Markup {
    guard case .element(var element) = node else { return node }
    if let name = element["mathvariant"], let alphabet = alphabets[name], let letters = alphabet.written(element.words)
    {
      element["mathvariant"] = nil
      element.children = [.text(letters)]
    } else {
      element.children = element.children.map(lettered)
    }
    return .element(element)
  }

  /// Where an alphabet's capital A, small a, digit 0 and capital alpha stand in Unicode's mathematical letters.
  struct Alphabet {
    var capital: UInt32
    var small: UInt32
    var digit: UInt32?
    var greek: UInt32?
    /// Letters that Unicode had before the alphabet, by the plain letter.
    var elsewhere: [Unicode.Scalar: Unicode.Scalar] = [:]

    /// Nil where a character has no such letter.
    func written(_ text: String) -> String? {
      var letters = String.UnicodeScalarView()
      for scalar in text.unicodeScalars {
        guard let letter = letter(scalar) else { return nil }
        letters.append(letter)
      }
      return String(letters)
    }

    private func letter(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
      if let known = elsewhere[scalar] { return known }
      switch scalar {
      case "A"..."Z": return Unicode.Scalar(capital + scalar.value - 0x41)
      case "a"..."z": return Unicode.Scalar(small + scalar.value - 0x61)
      case "0"..."9": return digit.flatMap { Unicode.Scalar($0 + scalar.value - 0x30) }
      case "Α"..."Ω": return greek.flatMap { Unicode.Scalar($0 + scalar.value - 0x391) }
      case "α"..."ω": return greek.flatMap { Unicode.Scalar($0 + 26 + scalar.value - 0x3B1) }
      default: return nil
      }
    }
  }

  /// By the names of MathML.
  static let alphabets: [String: Alphabet] = [
    "bold": Alphabet(capital: 0x1D400, small: 0x1D41A, digit: 0x1D7CE, greek: 0x1D6A8),
    "bold-italic": Alphabet(capital: 0x1D468, small: 0x1D482, greek: 0x1D71C),
    "script": Alphabet(
      capital: 0x1D49C, small: 0x1D4B6,
      elsewhere: [
        "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ", "o": "ℴ",
      ]),
    "double-struck": Alphabet(
      capital: 0x1D538, small: 0x1D552, digit: 0x1D7D8,
      elsewhere: ["C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"]),
    "fraktur": Alphabet(
      capital: 0x1D504, small: 0x1D51E, elsewhere: ["C": "ℭ", "H": "ℌ", "I": "ℑ", "R": "ℜ", "Z": "ℨ"]),
    "sans-serif": Alphabet(capital: 0x1D5A0, small: 0x1D5BA, digit: 0x1D7E2),
    "bold-sans-serif": Alphabet(capital: 0x1D5D4, small: 0x1D5EE, digit: 0x1D7EC, greek: 0x1D756),
    "monospace": Alphabet(capital: 0x1D670, small: 0x1D68A, digit: 0x1D7F6),
  ]
}
