"""Reads a chapter as a reader sees it: stretches of text, each with its place, the link or formula that it stands in,
and what stands beside it. Shares nothing with the tool's own reader."""
import re
from dataclasses import dataclass, field


@dataclass
class Stretch:
    """A line of shown text. Of each character: its column in the source (from 0), and the link that it stands in."""
    line: int
    kind: str                                    # text, code-label, dot-label, formula, display, output
    text: str = ""
    columns: list = field(default_factory=list)
    links: list = field(default_factory=list)    # (kind, target, title, text, column of the text), or None
    codes: list = field(default_factory=list)    # the inline code that it stands in, or None
    is_title: bool = False
    is_loose: bool = False                       # output that may differ by a tolerance

    def add(self, character, column, link=None, code=None):
        self.text += character
        self.columns.append(column)
        self.links.append(link)
        self.codes.append(code)


FENCE = re.compile(r"^([ >]*(?:- )?)(`{3,}|~{3,})(.*)$")
MARKS = re.compile(r"^[ >]*(?:[-*+] |\d+\. )?(?:\[[ x]\] )?(?:\[!\w+\])?(#+ )?(?:\[\^[^\]]+\]: )?")
BREAK = "\ufffc"    # stands for a formula beside text


def link_end(text, start):
    """The end of `(target "title")` at `start`, its target and its title."""
    index = start + 1
    if text[index:index + 1] == "<":
        close = text.index(">", index)
        while not re.match(r'>(\s*\)|\s+["\'])', text[close:]):
            close = text.index(">", close + 1)
        target, index = text[index + 1:close], close + 1
    else:
        depth, begin = 0, index
        while index < len(text):
            if text[index] == "(":
                depth += 1
            elif text[index] == ")":
                if depth == 0:
                    break
                depth -= 1
            elif text[index] == " ":
                break
            index += 1
        target = text[begin:index]
    title = re.match(r'\s+("([^"]*)"|\'([^\']*)\')', text[index:])
    if title:
        index += title.end()
    while text[index] != ")":
        index += 1
    return index + 1, target, (title.group(2) or title.group(3)) if title else None


def kind_of(target):
    for mark, kind in (("#=", "bound"), ("#@", "cited"), ("#!", "waived")):
        if target.startswith(mark):
            return kind
    return "reference" if "#" in target and "://" not in target else "plain"


class Page:
    def __init__(self, text):
        self.lines = text.split("\n")
        self.stretches = []
        self.programs = []      # the Swift blocks' code
        self.is_loose = False
        self.read()

    def read(self):
        index, lines = 0, self.lines
        if lines[0] == "---":
            index = 1
            while lines[index] != "---":
                name, _, value = lines[index].partition(": ")
                if name in ("title", "subtitle", "short"):
                    self.inline(index, len(name) + 2, len(lines[index]), is_title=True)
                index += 1
            index += 1
        display = False
        while index < len(lines):
            line = lines[index]
            fence = FENCE.match(line)
            if fence:
                index = self.fence(index, *fence.groups())
                continue
            if line.strip() == "$$":
                display = not display
            elif display:
                self.formula(index, 0, line, "display")
            elif line.lstrip().startswith("<!--"):
                caption = re.match(r"\s*<!--\s*(?:#\S+\s+)?", line)
                self.inline(index, caption.end(), line.rindex("-->"))
            else:
                marks = MARKS.match(line)
                if not re.fullmatch(r"[|\-: ]*", line):
                    self.inline(index, marks.end(), len(line), is_title=bool(marks.group(1)))
            index += 1

    def beside(self, line):
        """The lines of the block that holds this one and of the blocks on both sides. A blank line parts two blocks, and
        a fence is one."""
        blocks, inside, start = [], False, None
        for number, text in enumerate(self.lines + [""]):
            edge = bool(re.match("[ >]*(```|~~~)|\\$\\$", text))
            if edge and not inside and start is not None:
                blocks.append((start, number - 1))
                start = None
            if start is None and (text.strip() or edge):
                start = number
            if edge:
                inside = not inside
            if start is not None and not inside and (edge or not text.strip()):
                blocks.append((start, number))
                start = None
        own = next(index for index, (first, last) in enumerate(blocks) if first <= line <= last)
        return blocks[max(0, own - 1)][0], blocks[min(len(blocks) - 1, own + 1)][1]

    def fence(self, index, indent, marks, info):
        lines, end = self.lines, index + 1
        while not re.fullmatch(r"[ >]*" + marks[0] + "{%d,}" % len(marks), lines[end]):
            end += 1
        words = info.split()
        name = words[0] if words else ""
        caption = re.search(r'caption="((?:[^"\\]|\\.)*)"', info)
        if caption:
            start = len(indent) + len(marks) + caption.start(1)
            self.inline(index, start, start + len(caption.group(1)))
        rows = range(index + 1, end)
        if name == "math":
            for row in rows:
                self.formula(row, 0, lines[row], "display")
        elif name == "output":
            for row in rows:
                stretch = Stretch(row, "output", is_loose=self.is_loose)
                for column, character in enumerate(lines[row]):
                    stretch.add(character, column)
                self.stretches.append(stretch)
        elif name == "dot":
            for row in rows:
                for label in re.finditer(r'label="((?:[^"\\]|\\.)*)"|(?<![\w"])([a-z]\w*)(?![\w=])', lines[row]):
                    group = 1 if label.group(1) is not None else 2
                    self.literal(row, label.start(group), label.group(group), "dot-label")
        elif name == "swift":
            self.programs.append("\n".join(line[len(indent):] for line in lines[index + 1:end]))
            self.is_loose = "tol=" in info
            if words[1:2] == ["run"]:
                self.labels(rows)
        return end + 1

    def literal(self, row, column, text, kind):
        stretch = Stretch(row, kind)
        for piece in re.finditer(r"\\n|\\.|.", text):
            if piece.group() == "\\n":
                self.stretches.append(stretch)
                stretch = Stretch(row, kind)
            else:
                stretch.add(piece.group()[-1], column + piece.start())
        self.stretches.append(stretch)

    def labels(self, rows):
        """String literals of a block that calls show(…), but for those that it prints or reads from a file."""
        code = "\n".join(self.lines[row] for row in rows)
        if not re.search(r"(?<![\w.])show\(", code):
            return
        calls, literals, row, column, index = [], [], rows.start, 0, 0
        stack = []              # open literals: [] while in code
        while index < len(code):
            character = code[index]
            if character == "\n":
                row, column, index = row + 1, 0, index + 1
                continue
            step = 1
            if stack and stack[-1] is not None:
                current = stack[-1]
                if character == '"':
                    stack.pop()
                    literals.append(current)
                elif code.startswith("\\(", index):
                    step = 2
                    current.add(" ", column)
                    calls.append("\\")
                    stack.append(None)
                elif character == "\\":
                    step = 2
                    current.add(code[index + 1], column)
                else:
                    current.add(character, column)
            elif character == '"':
                skipped = any(name in ("print", "require", "precondition", "dataText", "dataBytes") for name in calls)
                stack.append(Stretch(row, "skipped" if skipped else "code-label"))
            elif code.startswith("//", index):
                step = (code + "\n").index("\n", index) - index
            elif character == "(":
                calls.append(re.search(r"\w*$", code[:index]).group())
            elif character == ")":
                if calls and calls.pop() == "\\":
                    stack.pop()
            index, column = index + step, column + step
        self.stretches += [literal for literal in literals if literal.kind == "code-label"]

    def formula(self, row, column, tex, kind, link=None):
        stretch = Stretch(row, kind)
        for offset, character in enumerate(tex):
            stretch.add(character, column + offset, link)
        self.stretches.append(stretch)

    def inline(self, row, start, end, is_title=False):
        """One line of Markdown."""
        line = self.lines[row]
        stretch = Stretch(row, "text", is_title=is_title)
        self.run(line[:end], row, start, end, stretch, None)
        # A table's cells are apart, so that a number ends with its cell.
        self.stretches.append(stretch)

    def run(self, text, row, index, end, stretch, link):
        while index < end:
            rest = text[index:end]
            formula = re.match(r"\$`(.*?)`\$|\$\$(.*?)\$\$|\$([^\s$](?:[^$]*[^\s$])?)\$(?![0-9])", rest)
            if formula:
                group = next(number for number in (1, 2, 3) if formula.group(number) is not None)
                kind = "display" if group == 2 else "formula"
                self.formula(row, index + formula.start(group), formula.group(group), kind, link)
                stretch.add(BREAK, index, link)
                index += formula.end()
                continue
            code = re.match(r"(`+)(.*?)\1(?!`)", rest)
            if code:
                for offset, character in enumerate(code.group(2)):
                    stretch.add(character, index + code.start(2) + offset, link, code.group(2))
                index += code.end()
                continue
            note = re.match(r"\[\^[^\]]+\]", rest)
            tag = re.match(r"</?[a-z]+[^>]*>|<!--.*?-->", rest)
            if note or tag:
                if tag and rest.startswith("<http"):
                    for offset, character in enumerate(tag.group()):
                        stretch.add(character, index + offset, link)
                index += (note or tag).end()
                continue
            if rest[0] == "[" and link is None:
                close = self.closing(text, index, end)
                if close and text[close + 1:close + 2] == "(":
                    after, target, title = link_end(text, close + 1)
                    own = (kind_of(target), target, title, text[index + 1:close], index + 1)
                    self.run(text, row, index + 1, close, stretch, own)
                    index = after
                    continue
            if rest[0] in "*|" or rest.startswith("~~"):
                if rest[0] == "|":
                    stretch.add("\n", index)
                index += 1
                continue
            if rest[0] == "\\" and len(rest) > 1 and not rest[1].isalnum():
                index += 1
                rest = rest[1:]
            stretch.add(rest[0], index, link)
            index += 1

    @staticmethod
    def closing(text, start, end):
        depth, index = 0, start
        while index < end:
            if text.startswith("$`", index):
                index = text.index("`$", index + 2) + 2
                continue
            if text[index] == "`":
                index = text.find("`", index + 1, end) + 1 or end
                continue
            if text[index] == "[":
                depth += 1
            elif text[index] == "]":
                depth -= 1
                if depth == 0:
                    return index
            index += 1
        return None
