"""The numbers of a formula, and the rule by which each stands free."""
import re

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[0-9]+(?:\.[0-9]+)?|.", re.S)
BIG = {"\\sum", "\\prod", "\\int", "\\max", "\\min", "\\lim", "\\bigcup"}
# What parts one term from the next.
RELATIONS = {"=", ",", ";", ":", "<", ">", "\\le", "\\ge", "\\leq", "\\geq", "\\ne", "\\neq", "\\to", "\\in", "\\approx",
             "\\sim", "\\ll", "\\gg", "\\equiv", "\\propto", "\\quad", "\\qquad", "&", "\\\\", "\\dots", "\\ldots", "\\cdots",
             "\\mid", "\\simeq", "\\mapsto", "\\iff", "\\Rightarrow"}
COMPARISONS = {"<", ">", "\\le", "\\ge", "\\leq", "\\geq", "\\ne", "\\neq", "\\ll", "\\gg"}
OPENING = {"(", "[", "\\{", "|"}
CLOSING = {")", "]", "\\}", "|"}
SILENT = {"\\,", "\\;", "\\!", "\\:", "\\ ", " ", "\\left", "\\right", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\bigg",
          "\\biggl", "\\biggr", "\\big", "\\Big", "\\displaystyle", "\\mathrm", "\\mathbb", "\\mathbf", "\\mathcal",
          "\\operatorname", "\\text", "\\underbrace", "\\tilde", "\\hat", "\\bar", "\\vec", "\\limits", "\\tfrac",
          "\\dfrac", "\\frac", "\\sqrt", "\\begin", "\\end"}
WORDS = {"\\operatorname", "\\text", "\\mathrm", "\\begin", "\\end", "\\mathbb", "\\mathcal"}
# Greek letters, and functions that have a name.
LETTER = re.compile(r"\\(?:alpha|beta|gamma|delta|Delta|varepsilon|epsilon|eta|theta|Theta|kappa|lambda|mu|nu|pi|rho|sigma|"
                    r"Sigma|tau|phi|varphi|Phi|psi|omega|Omega|zeta|chi|xi|ell|Gamma|Lambda|infty|partial|"
                    r"lVert|rVert|lceil|rceil|lfloor|rfloor|langle|rangle|"
                    r"log|ln|exp|sin|cos|tan|tanh|cosh|sinh|arctan|arccos|arcsin|sum|prod|max|min)$")


class Row:
    """What stands on one line of a formula: a base line, what is raised over a sign, what is lowered below one."""

    def __init__(self, script, base, parent):
        self.script, self.base, self.parent, self.items = script, base, parent, []


class Formula:
    def __init__(self, text):
        self.text, self.numbers = text, []
        self.tokens = [(match.group(), match.start(), match.end()) for match in TOKEN.finditer(text)]
        self.index = 0
        self.read(Row("base", None, None), closes=False)

    def read(self, row, closes):
        """To the brace that closes the group."""
        while self.index < len(self.tokens):
            token, start, end = self.tokens[self.index]
            if token == "}" and closes:
                self.index += 1
                return row
            self.one(row)
        return row

    def one(self, row):
        token, start, end = self.tokens[self.index]
        self.index += 1
        if token in "^_" and self.index < len(self.tokens):
            base = next((item[0] for item in reversed(row.items) if item[0] not in "^_"), None)
            inner = Row("sup" if token == "^" else "sub", base, row)
            self.skip_spaces()
            self.argument(inner)
            row.items.append((token, inner))
        elif token == "{":
            self.read(row, closes=True)
        elif token in ("\\frac", "\\tfrac", "\\dfrac", "\\binom"):
            # What stands above and below the line belongs to one term.
            for part in range(2):
                self.skip_spaces()
                self.argument(row)
                row.items.append(("/", None))
            row.items.pop()
        elif token in WORDS and self.index < len(self.tokens) and self.tokens[self.index][0] == "{":
            depth, word = 1, ""
            self.index += 1
            while depth:
                token, start, end = self.tokens[self.index]
                depth += {"{": 1, "}": -1}.get(token, 0)
                if depth and token[0].isdigit():
                    joined = bool(re.search("[A-Za-z]-?$", word))
                    self.numbers.append((start, end, token, row, len(row.items), joined))
                word += token
                self.index += 1
            row.items.append(("word", word))
        elif token[0].isdigit():
            # A single digit is an argument by itself; here the number is whole.
            self.numbers.append((start, end, token, row, len(row.items), self.is_named(row)))
            row.items.append(("number", token))
        elif token not in SILENT:
            row.items.append((token, None))

    @staticmethod
    def is_named(row):
        items = row.items[:-1] if row.items and row.items[-1][0] == "-" else row.items
        return bool(items) and items[-1][0] == "word" and bool(re.search("[A-Za-z]$", items[-1][1].rstrip("}")))

    def argument(self, row):
        token, start, end = self.tokens[self.index]
        if token == "{":
            self.index += 1
            self.read(row, closes=True)
        elif token[0].isdigit() and len(token) > 1:
            # x_12 lowers the 1 alone.
            self.tokens[self.index:self.index + 1] = [(token[0], start, start + 1), (token[1:], start + 1, end)]
            self.one(row)
        else:
            self.one(row)

    def skip_spaces(self):
        while self.index < len(self.tokens) and self.tokens[self.index][0] == " ":
            self.index += 1

    def numerals(self):
        return [(start, end, token, self.rule(token, row, place, named))
                for start, end, token, row, place, named in self.numbers]

    def rule(self, token, row, place, named):
        whole = token.isdigit()
        items = row.items
        after = items[place + 1:]
        is_power = bool(after) and after[0][0] == "^" and all(item[0] in ("number", "-", "+") for item in after[0][1].items)
        if self.in_power(row):
            return "part"
        if named and whole and not is_power:
            return "name"
        if is_power or after and after[0][0] == "\\%":
            return None
        if not whole:
            return None
        if token in "01" and self.is_limit(items, place):
            return "bound"
        related = any(item[0] in COMPARISONS | {"="} for item in items)
        if row.script == "sub" and len(token) <= 2 and (not related or token in "01"):
            return "index"
        if row.script == "sup" and len(token) == 1 and not related and row.base not in BIG and row.base is not None:
            numbers = all(item[0] in ("number", "-", "+") for item in items)
            if not (numbers and row.base in ("e", "number")):
                return "exponent"
        if len(token) == 1 and self.is_coefficient(items, place):
            return "constant"
        return None

    @staticmethod
    def in_power(row):
        """The exponent of a number is part of that number: 10^{-12}."""
        return (row.script == "sup" and row.base == "number"
                and all(item[0] in ("number", "-", "+") for item in row.items))

    @staticmethod
    def is_limit(items, place):
        def at(index):
            return items[index][0] if 0 <= index < len(items) else None
        if at(place - 1) in COMPARISONS and (at(place + 1) is None or at(place + 1) in RELATIONS):
            return True
        if at(place + 1) in COMPARISONS and (at(place - 1) is None or at(place - 1) in RELATIONS):
            return True
        for first in (place - 1, place - 3):
            part = [at(index) for index in range(first, first + 5)]
            if part[0] in ("[", "\\{") or part[4] in ("]", "\\}"):
                if part[0] in OPENING and part[4] in CLOSING and part[1:4] == ["number", ",", "number"]:
                    if all(items[index][1] in ("0", "1") for index in (first + 1, first + 3)):
                        return True
        return False

    @classmethod
    def is_coefficient(cls, items, place):
        start = place
        while start > 0 and not cls.parts(items[start - 1][0]):
            start -= 1
        end = place + 1
        while end < len(items) and not cls.parts(items[end][0]):
            end += 1
        if any(cls.is_variable(item) for item in items[start:end]):
            return True
        operators = {"+", "-", "/", "\\cdot", "\\times", "^"}
        if start > 0 and items[start - 1][0] in CLOSING and items[start][0] in operators:
            return True
        if end < len(items) and items[end][0] in OPENING:
            return end == place + 1 or items[end - 1][0] in operators
        return False

    @staticmethod
    def parts(token):
        return token in RELATIONS or token in OPENING or token in CLOSING

    @classmethod
    def is_variable(cls, item):
        token, inner = item
        if token == "^":
            return any(cls.is_variable(part) for part in inner.items)
        return bool(re.fullmatch("[A-Za-z]", token) or LETTER.match(token))
