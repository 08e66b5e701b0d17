"""Changes numerals of the book, in a copy, and sees whether the tool notices each.

In one run each line of the book has one change at most, and a change is noticed where a diagnostic names its line, which
has none in the book as it is. What a run does not notice is tried again alone. What was tried is kept in the scratch
folder, so that a run that was stopped goes on.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import time

# A waiver says that nothing holds the number.
GROUNDS = ("bound", "cited", "pinned")
HALF, WIDE, KANJI = "0123456789", "０１２３４５６７８９", "一二三四五六七八九"
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
MINUS = "-−－–"
SCALES = {"%": "‰", "％": "‰", "‰": "%", "万": "億", "億": "万", "兆": "億", "割": "倍", "千": "百", "百": "千", "十": "百"}


def change(numeral, line, kind, random):
    """The line with the numeral changed, or None where that kind of change does not fit it."""
    start, end, text = numeral.start, numeral.end, numeral.text
    if kind == "digit":
        changed = other_digit(text, numeral.is_loose, random)
        return changed and line[:start] + changed + line[end:]
    # A formula's signs and factors are its own; a label has none.
    if numeral.where in ("formula", "display") or numeral.link and numeral.link[0] == "reference":
        return None
    if kind == "sign":
        if start and line[start - 1] in MINUS:
            # A range has its dash between two numbers.
            return None if start > 1 and line[start - 2].isalnum() else line[:start - 1] + line[start:]
        is_free = text[0] in HALF + WIDE and not (start and line[start - 1].isalnum() and line[start - 1].isascii())
        return line[:start] + "−" + line[start:] if is_free and is_not_zero(text) else None
    if text[0] not in HALF:
        return None
    # A point or a power goes on with the number.
    if end < len(line) and line[end] in "×^.eE":
        return None
    space = re.match("[ \u2009\u00a0]*", line[end:]).end()
    unit = line[end + space:end + space + 1]
    # Nothing is nothing in any unit.
    if unit in SCALES and is_not_zero(text):
        return line[:end + space] + SCALES[unit] + line[end + space + 1:]
    return line[:end] + "万" + line[end:] if unit not in SCALES and is_not_zero(text) else None


def is_not_zero(text):
    return bool(re.search("[1-9１-９]", text))


def other_digit(text, is_loose, random):
    for digits in (HALF, WIDE, RAISED, KANJI):
        places = [index for index, character in enumerate(text) if character in digits]
        if not places:
            continue
        place = places[0] if is_loose else random.choice(places)
        value = digits.index(text[place])
        # Under a tolerance the farthest digit is another number for certain.
        choices = [9 if value < 5 else 1] if is_loose else [
            other for other in range(len(digits)) if other != value and (other or digits is KANJI or place != places[0]
                                                                        or len(places) == 1)]
        if is_loose and digits is not KANJI and value == 0:
            place, choices = places[-1], [int(not digits.index(text[places[-1]])) * 9 or 1]
        return text[:place] + digits[random.choice(choices)] + text[place + 1:]
    if text[0] in SCALES:
        return SCALES[text[0]] + text[1:]
    return None


class Book:
    """A copy of the chapters, to be woven with some lines changed."""

    def __init__(self, arguments):
        self.weave = arguments.weave
        self.folder = pathlib.Path(arguments.scratch)
        shutil.rmtree(self.folder / "Chapters", ignore_errors=True)
        shutil.copytree(arguments.chapters, self.folder / "Chapters")
        runs = pathlib.Path(arguments.chapters).absolute().parent / "robustness.json"
        if runs.exists():
            shutil.copy(runs, self.folder)
        listed = self.folder / "Chapters/book.yml"
        package = pathlib.Path(arguments.weave).absolute().parents[2]
        relative = os.path.relpath(package.resolve(), (self.folder / "Chapters").resolve())
        listed.write_text(listed.read_text().replace("package: ..\n", f"package: {relative}\n"))
        self.lines = {path.name: path.read_text(encoding="utf-8").split("\n")
                      for path in (self.folder / "Chapters").glob("*.md")}

    def diagnostics(self, changed):
        """(file, line) of what is wrong with the book where `changed` has other lines: (file, line) -> text."""
        for name in {name for name, _ in changed}:
            lines = list(self.lines[name])
            for (other, line), text in changed.items():
                if other == name:
                    lines[line] = text
            (self.folder / "Chapters" / name).write_text("\n".join(lines), encoding="utf-8")
        command = [self.weave, "build", "--json", "--chapters", "Chapters", "--output", "Output"]
        run = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        for name in {name for name, _ in changed}:
            (self.folder / "Chapters" / name).write_text("\n".join(self.lines[name]), encoding="utf-8")
        if run.returncode > 1:
            raise SystemExit(run.stderr)
        found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
        return {(os.path.basename(row["file"]), row["line"] - 1) for row in found if row.get("type") == "diagnostic"}


def run(numerals, arguments):
    book = Book(arguments)
    quiet = book.diagnostics({})
    results_file = book.folder / "changes.json"
    results = json.loads(results_file.read_text()) if results_file.exists() else {}
    generator = random.Random(arguments.seed)
    print(f"seed {arguments.seed}")
    tried = []
    for kind in arguments.kinds.split(","):
        for numeral in numerals:
            if numeral.ground not in GROUNDS:
                continue
            name, line = numeral.file.name, book.lines[numeral.file.name][numeral.line]
            changed = change(numeral, line, kind, generator)
            if changed and changed != line and (name, numeral.line) not in quiet:
                tried.append((kind, numeral, (name, numeral.line), changed))
    left = [trial for trial in tried if key(trial) not in results]
    began, count = time.monotonic(), len(left)
    while left:
        batch, rest = {}, []
        for trial in left:
            if trial[2] in batch:
                rest.append(trial)
            else:
                batch[trial[2]] = trial
        found = book.diagnostics({place: trial[3] for place, trial in batch.items()})
        for place, trial in batch.items():
            alone = place in found or bool(book.diagnostics({place: trial[3]}) - quiet)
            results[key(trial)] = alone
        results_file.write_text(json.dumps(results))
        left = rest
        print(f"{count - len(left)} of {count} changes in {time.monotonic() - began:.0f} s", flush=True)
    missed = [trial for trial in tried if not results[key(trial)]]
    for kind, numeral, _, changed in missed:
        here = changed[max(0, numeral.start - 16):numeral.end + 16]
        print(f"{numeral.file}:{numeral.line + 1}:{numeral.start + 1}: not noticed ({kind}, {numeral.ground}): {here}")
    for kind in arguments.kinds.split(","):
        for ground in GROUNDS:
            own = [trial for trial in tried if trial[0] == kind and trial[1].ground == ground]
            noticed = sum(results[key(trial)] for trial in own)
            print(f"{kind:6} {ground:7} {noticed} of {len(own)} noticed")
    return 1 if missed else 0


def key(trial):
    """Tells one change of one text from any other."""
    kind, numeral, place, changed = trial
    return f"{kind} {place[0]}:{place[1]}:{numeral.start} {changed}"
