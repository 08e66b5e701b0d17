#!/usr/bin/env python3
"""Divides every numeral of the book into bound, cited, waived, free by a rule, and unbound, by a reader of its own, and
holds the division against `weave numbers`; with --change, changes each one that something is said to hold, and sees
whether the tool notices.

    divide.py [--weave .build/release/weave] [--chapters Chapters] [--list RULE] [--change] [--kinds digit,sign,scale]

Prints what each finds and the other does not: one of the two is wrong. --list prints the numerals of one rule (or of
bound, cited, waived, pinned, unbound) with what stands around them, to be read with fresh eyes.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
from pages import Page
import rules

root = pathlib.Path(__file__).resolve().parent.parent.parent
Numeral = collections.namedtuple("Numeral", "file line start end text ground where link is_loose")
KANJI = "一二三四五六七八九十百千万億"
LABEL = re.compile(r"(図|表|式|リスト)\s*[（(]?$")


def ground_of(stretch, start, end, programs):
    link = stretch.links[start] if stretch.links else None
    kind = link[0] if link else None
    rule = free(rules.free(stretch, start, end, programs))
    if kind == "bound":
        # A claim's words, and what stands beside the number that is held: a name, or a number in words.
        is_words = stretch.text[start] in KANJI and len(link[3]) > end - start + 2
        return rule or "unbound" if rule == "free:name" or is_words else "bound"
    if kind == "cited":
        return rule if rule == "free:name" else "cited"
    if kind == "waived":
        return "waived"
    # [8](#=x)分の1: the 1 is a part of the number.
    if stretch.text[:start].endswith("分の") and start > 2 and (stretch.links[start - 3] or ("",))[0] == "bound":
        return "bound"
    if kind == "reference" and LABEL.search(stretch.text[:start]):
        return "bound"
    return rule or "unbound"


def free(rule):
    return rule and "free:" + rule


def divide(path):
    """The chapter's numerals, in order."""
    page = Page(path.read_text(encoding="utf-8"))
    found = []

    def add(stretch, start, end, ground):
        link = stretch.links[start] if stretch.links else None
        columns = stretch.columns
        is_loose = stretch.is_loose or bool(link and link[0] == "bound" and link[2])
        found.append(Numeral(path, stretch.line, columns[start], columns[end - 1] + 1, stretch.text[start:end], ground,
                             stretch.kind, link, is_loose))

    bound = []                  # the numbers that links print, with their lines
    for stretch in page.stretches:
        if stretch.kind in ("formula", "display"):
            continue
        for start, end, text in rules.numerals(stretch):
            ground = "pinned" if stretch.kind == "output" else ground_of(stretch, start, end, page.programs)
            if stretch.links[start]:
                bound.append((stretch.line, value(text)))
            add(stretch, start, end, ground)
    for stretch in page.stretches:
        if stretch.kind not in ("formula", "display"):
            continue
        link = stretch.links[0] if stretch.links else None
        for start, end, text, rule in rules.formula_numerals(stretch):
            if rule == "part":
                continue
            rule = free(rule)
            if link and link[0] in ("cited", "waived"):
                rule = link[0]
            elif not rule and stretch.kind == "display":
                first, last = page.beside(stretch.line)
                if any(first <= line <= last and other == value(text) for line, other in bound):
                    rule = "bound"
            add(stretch, start, end, rule or "unbound")
    return sorted(found, key=lambda numeral: (numeral.line, numeral.start))


def value(text):
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def of_tool(arguments):
    command = [arguments.weave, "numbers", "--all", "--json", "--chapters", arguments.chapters]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return json.loads(run.stdout)


def compare(numerals, rows):
    """What only one of the two has, or has otherwise."""
    kinds = {"number": "bound", "claim": "bound", "citation": "cited", "waiver": "waived"}
    covered = {}
    for row in rows:
        ground = kinds.get(row["kind"]) or ("free:" + row["reason"].split(":")[0] if row["kind"] == "free" else row["kind"])
        for column in range(row["column"] - 1, row["column"] - 1 + len(row["text"])):
            place = (row["file"], row["line"] - 1, column)
            # A formula or a name within a link's text has a row of its own.
            if row["kind"] in ("free", "unbound") or place not in covered:
                covered[place] = (ground, row)
    differences, seen = [], set()
    for numeral in numerals:
        if numeral.ground == "pinned":
            continue
        theirs = [covered.get((str(numeral.file), numeral.line, column)) for column in range(numeral.start, numeral.end)]
        there = next((found for found in theirs if found), None)
        if there:
            seen.add(id(there[1]))
        ground = there[0] if there else "nothing"
        # The tool lists neither the numbers of references nor what it takes for a part of a bound number.
        is_label = numeral.ground == "bound" and (numeral.link is None or numeral.link[0] == "reference")
        if ground != numeral.ground and not (is_label and not there):
            differences.append((numeral, ground))
    missing = [row for row in rows if row["kind"] in ("free", "unbound") and id(row) not in seen]
    return differences, missing


def around(numeral):
    line = numeral.file.read_text(encoding="utf-8").split("\n")[numeral.line]
    return f"{line[max(0, numeral.start - 16):numeral.start]}⟦{line[numeral.start:numeral.end]}⟧" \
           f"{line[numeral.end:numeral.end + 16]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--weave", default=str(root / ".build/release/weave"))
    parser.add_argument("--chapters", default="Chapters")
    parser.add_argument("--list", metavar="RULE")
    parser.add_argument("--change", action="store_true")
    parser.add_argument("--kinds", default="digit,sign,scale")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--scratch", default=str(root / ".build/numerals"))
    arguments = parser.parse_args()
    numerals = [numeral for path in sorted(pathlib.Path(arguments.chapters).glob("*.md")) for numeral in divide(path)]
    if arguments.list:
        for numeral in numerals:
            if numeral.ground == arguments.list:
                print(f"{numeral.file}:{numeral.line + 1}:{numeral.start + 1}: {around(numeral)}")
        return 0
    counts = collections.Counter(numeral.ground for numeral in numerals)
    print("\n".join(f"{count:6} {ground}" for ground, count in counts.most_common()))
    if arguments.change:
        import changes
        return changes.run(numerals, arguments)
    differences, missing = compare(numerals, of_tool(arguments))
    for numeral, ground in differences:
        print(f"{numeral.file}:{numeral.line + 1}:{numeral.start + 1}: here {numeral.ground}, by weave {ground}: "
              f"{around(numeral)}")
    for row in missing:
        print(f"{row['file']}:{row['line']}:{row['column']}: only weave sees {row['text']} ({row['kind']})")
    print(f"{len(numerals)} numerals, {len(differences)} judged otherwise, {len(missing)} seen by weave alone")
    return 1 if differences or missing else 0


if __name__ == "__main__":
    sys.exit(main())
