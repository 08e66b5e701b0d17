"""Finds the places of the kernel's sources where one token can be changed and both forms can stand in the same line."""
import dataclasses
import re

OPERATORS = {
    " + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " < ": " <= ", " > ": " >= ", " <= ": " < ", " >= ": " > ",
    " == ": " != ", " += ": " -= ", " -= ": " += ", " *= ": " /= ", " && ": " || ", " || ": " && ", "max(": "min(", "min(": "max(",
}
LITERAL = re.compile(r"(?<![\w.$\]\)])(\d+\.\d+(?:e-?\d+)?|\d+)(?![\w.]|\))|(?<![\w.$])(\d+\.\d+(?:e-?\d+)?|\d+)(?=\))")
# What stands before the expression, the expression, what stands after it.
SHAPES = [
    re.compile(r"^(\s*return )(.+)()$"),
    re.compile(r"^(\s*(?:let|var) \w+(?:: [\w<>\[\]?]+)? = )(.+)()$"),
    re.compile(r"^(\s*[\w.]+(?:\[[^=]*\])? [-+*/]?= )(.+)()$"),
    re.compile(r"^(\s*(?:if|while|guard) )(.+?)( (?:else )?\{.*)$"),
    re.compile(r"^(.*\bfunc .*-> [^{]+\{ )(.+)( \})$"),
    re.compile(r"^(.*\bvar \w+: [^{=]+\{ )(.+)( \})$"),
]
FUNCTION = re.compile(r"\b(?:func|init|subscript|var)\b\s*([\w+*/-]*)\s*(?=[<(:])")


@dataclasses.dataclass(frozen=True)
class Site:
    file: str
    line: int
    function: str
    before: str
    original: str
    mutated: str
    after: str
    change: str

    def both(self, number):
        """The line with both forms."""
        return f"{self.before}(mutant({number}) ? ({self.mutated}) : ({self.original})){self.after}"


def balanced(text):
    depth = 0
    for character in text:
        depth += character in "([{"
        depth -= character in ")]}"
        if depth < 0:
            return False
    return depth == 0


def whole(expression):
    """Whether the text is one complete expression: balanced, no comma at its top, nothing that goes on in the next line."""
    if not balanced(expression) or '"' in expression or re.search(r"\blet\b|\bcase\b|\bin\b|^\{|\{$|try|await", expression):
        return False
    depth = 0
    for character in expression:
        depth += character in "([{"
        depth -= character in ")]}"
        if character == "," and depth == 0:
            return False
    return not re.search(r"[-+*/=<>&|?:,({\[]$", expression.strip())


def changes(expression):
    """Every expression with one token changed, and how to name the change."""
    for token, other in OPERATORS.items():
        at = expression.find(token)
        while at >= 0:
            # `softmax(` is another word than `max(`; a fill that is overwritten anyway is no change.
            if token[0] == " " or at == 0 or not re.match(r"[\w.]", expression[at - 1]):
                yield expression[:at] + other + expression[at + len(token):], f"{token.strip()} → {other.strip()}"
            at = expression.find(token, at + len(token))
    for match in LITERAL.finditer(expression):
        text = match.group(0)
        if expression[: match.start()].endswith("repeating: "):
            continue
        other = repr(float(text) * 1.25 + (0.5 if float(text) == 0 else 0)) if "." in text else str(int(text) + 1)
        yield expression[: match.start()] + other + expression[match.end():], f"{text} → {other}"


def find_sites(kernel):
    sites = []
    for path in sorted(kernel.rglob("*.swift")):
        if "OpticalDigitsPart" in path.name:
            continue
        lines, function = path.read_text().split("\n"), "-"
        open_require = False
        for number, line in enumerate(lines, 1):
            code = line.strip()
            if code.startswith("//") or code.startswith("@") or code.startswith("#"):
                continue
            found = FUNCTION.search(line)
            if found and re.search(r"\b(func|init|subscript)\b", line):
                function = found.group(1) or "init"
            # The text of a refusal is the exit tests' matter.
            if "require(" in line:
                open_require = not balanced(line)
                continue
            if open_require:
                open_require = not code.endswith(")") or line.count("(") > line.count(")")
                continue
            following = lines[number].strip() if number < len(lines) else ""
            if re.match(r"[-+*/?:.&|=<>)\]]", following):
                continue
            for shape in SHAPES:
                match = shape.match(line)
                if not match or not whole(match.group(2)):
                    continue
                for mutated, change in changes(match.group(2)):
                    sites.append(Site(
                        str(path.relative_to(kernel)), number, function, match.group(1), match.group(2), mutated, match.group(3),
                        f"{code}  [{change}]"))
                break
    return sites
