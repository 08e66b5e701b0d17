"""The text that the book's small language models are trained on: the Japanese help of LibreOffice 7.4.

Debian's package libreoffice-help-ja carries it under the Mozilla Public License 2.0. Paragraphs and headings with
Japanese in them are taken from its pages, each once; what stands in English is left out. A page in twenty, told by a
digest of its name, is held out of training.
"""

import glob
import hashlib
import html
import os
import re
import unicodedata

FOLDER = "/usr/share/libreoffice/help/ja/text"
VOCABULARY = 1024
UNKNOWN = 0
KANA = re.compile("[\u3040-\u30ff]")
TEXT = re.compile(r'<(p|h[1-6]) id="(?:par|hd)_id[^"]*"[^>]*>(.*?)</\1>', re.S)


def paragraphs(page):
    for match in TEXT.finditer(page):
        text = html.unescape(re.sub(r"<[^>]+>", "", match.group(2)))
        text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip()
        if len(text) >= 4 and len(KANA.findall(text)) >= max(2, 0.15 * len(text)):
            yield text


def pages(folder=FOLDER):
    """(name, text) of every page, in the order of their names; a text ends every paragraph with a line's end."""
    seen = set()
    for path in sorted(glob.glob(os.path.join(folder, "**", "*.html"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            kept = [text for text in paragraphs(file.read()) if not (text in seen or seen.add(text))]
        if kept:
            yield os.path.relpath(path, folder), "\n".join(kept) + "\n"


def is_held_out(name):
    return hashlib.sha256(name.encode()).digest()[0] < 256 // 20


def parts(folder=FOLDER):
    """The text for training and the one that is held out."""
    both = ["", ""]
    for name, text in pages(folder):
        both[is_held_out(name)] += text
    return both


def characters(text):
    """The characters that have a token of their own, the most frequent first; token 0 stands for all others."""
    counts = {}
    for character in text:
        counts[character] = counts.get(character, 0) + 1
    counts.pop("\n")
    frequent = sorted(counts, key=lambda character: (-counts[character], character))
    return ["\n"] + frequent[: VOCABULARY - 2]


def tokens(text, listed):
    places = {character: place + 1 for place, character in enumerate(listed)}
    return [places.get(character, UNKNOWN) for character in text]
