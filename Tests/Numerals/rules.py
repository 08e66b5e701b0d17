"""Which numerals a page shows, and by which rule one stands free: written from the README and from the reasons in the
tool's table, not from its code."""
import re

from tex import Formula

# A number in digits, whole; signs and units beside it are no matter of where it comes from.
DIGITS = re.compile(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*|[²³¹⁰-⁹]+|[½¼¾①-⑳]")
KANJI = re.compile(r"[一二三四五六七八九十百千万億]+(?:分の[一二三四五六七八九十百千]+)?")
# 一 in 統一 and 一般 counts nothing; after these a number in kanji counts or compares.
COUNTED = (r"倍|割|分の|秒|個|つ|本|枚|度|歩|種|点|人|行|組|段|回|例|語|を超|より|以上|以下|未満|に等し|である|になる|であり|に近|"
           r"以内|程度|パーセント|バイト|桁|通り|億|万|次元|時間")
PARTS = "Key Query Value Expert トークン 語 ヘッド 層 ブロック スロット チャネル 入力 文書 トピック 得点 重み".split()


def numerals(stretch):
    """(start, end, text) of each numeral of a stretch of text."""
    found = [(match.start(), match.end(), match.group()) for match in DIGITS.finditer(stretch.text)]
    if stretch.kind != "output":
        for match in KANJI.finditer(stretch.text):
            if is_counted(stretch.text, match.start(), match.end()):
                found.append((match.start(), match.end(), match.group()))
    return sorted(found)


def is_counted(text, start, end):
    before, after, word = text[:start], text[end:], text[start:end]
    if before and ("\u4e00" <= before[-1] <= "\u9fff" or before[-1].isdigit()) and before[-1] not in "約計全各毎最小大数何幾":
        return False
    if word == "十" and re.match("分[にな条大小多長]", after):
        return True
    if re.match("[\u4e00-\u9fff]", after) and not re.match(COUNTED, after):
        return False
    if word in "一二三四五六七八九" and not re.match(COUNTED, after):
        return False
    # 三点五
    return not re.match("点[一二三四五六七八九]", after)


def free(stretch, start, end, programs):
    """The name of the rule by which the numeral is free, or None."""
    text, word = stretch.text, stretch.text[start:end]
    before, after = text[:start], text[end:]
    # A formula beside it says nothing of which one, or how many.
    value = int(word) if re.fullmatch("[0-9]+", word) else None
    ascii_word = word.isascii()
    if stretch.is_title and text.strip() == word:
        return "ordinal"
    name = re.search(r"(?<![0-9])[A-Za-z_][A-Za-z0-9_/+-]*$", before)
    code = stretch.codes[start] if stretch.codes else None
    if name and ascii_word and "." not in word and "," not in word and re.search(r"[A-Za-z]", name.group()):
        joined = name.group() + word + re.match(r"[A-Za-z0-9_/+-]*", after).group()
        is_one = re.fullmatch("[A-Za-z]+[0-9]+", joined)
        counter = re.match("[倍個回層本枚次列点通桁秒人種度年月日時分段組件語歩台箇番位例つ]|行(?!列)", after)
        if not (is_one and counter) and name.group()[0] not in "-+/":
            return "name"
    if code is not None and re.search(r"[A-Za-z$()\[\]{}=_<>:\"]", code):
        if any(code in program for program in programs) \
                or re.fullmatch("[0-9]", word) and not re.search("[:=<>] *$", text[:start]):
            return "code"
        return None
    address = re.search(r"[!-~]*$", before).group().lower()
    if "://" in address or address.endswith(("arxiv:", "doi:", "isbn:")):
        return "address"
    if before.endswith("小数第"):
        return None
    if re.search(r"(第|付録|演習|解答|Section |Theorem |§)$", before) and re.fullmatch(r"[0-9.]+", word):
        return "ordinal"
    if value is not None or not ascii_word or re.fullmatch(r"[0-9](\.[0-9]{1,2})+", word):
        if re.match("節|章|番目|つ目", after):
            return "ordinal"
        if re.match("[\u4e00-\u9fff\u30a1-\u30fa]{1,2}目", after):
            return "ordinal"
    if value is not None:
        year = 1900 <= value <= 2047
        if year and (after.startswith("年") or re.search("[（(]$", before) and re.match("[）)]", after)):
            return "date"
        if before.endswith("年") and after.startswith("月") or before.endswith("月") and after.startswith("日"):
            return "date"
    few = {"一": 1, "二": 2, "三": 3}.get(word, value)
    if few in (1, 2, 3) and after.startswith("つ"):
        setting = re.match("つ(だけ|しか|を選|を使|ずつの|おき|分(?![かけりる]))", after)
        part = few > 1 and after.startswith(tuple("つの" + name for name in PARTS))
        return None if setting or part else "few"
    if (value == 1 or word == "一") and re.match("[A-Za-z\u4e00-\u9fff\u30a1-\u30fc]{1,5}(ずつ|ごと|あたり|につき)", after):
        return "each"
    if word == "一" and re.match("[度歩種点枚人行本組段回個例](?!以|数)", after):
        return "word"
    if word == "一" and before.endswith("万が"):
        return "word"
    if word == "十" and re.match("分(に|な|条件|大き|小さ|多|長)", after) or word == "二" and after.startswith("度と"):
        return "word"
    if value in (0, 1):
        if re.match("以上|以下|未満|より大き|より小さ|を超え|を下回|で割|でな|に近", after):
            return "bound"
        other = str(1 - value)
        if re.match("(から|か|〜|–)" + other + "(?![0-9.,%％．，件層個本枚次倍つ割万億])", after):
            return "bound"
        if re.search(other + "(から|か|〜|–)$", before) and not re.match("[0-9.,%％．，件層個本枚次倍つ割万億]", after):
            return "bound"
    if value in (2, 3, 4) and after.startswith("乗"):
        return "power"
    return None


def formula_numerals(stretch):
    """(start, end, text, rule or None) of each number that a formula shows."""
    return Formula(stretch.text).numerals()
