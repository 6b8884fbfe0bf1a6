"""The words of ``lexicon.tsv``, and how to find one that is misspelled or inflected.

Offers: ``Entry``, ``entries``, ``modifiers``, ``look_up``, ``simplified``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.mood.controls import Controls

LEXICON = Path(__file__).with_name("lexicon.tsv")

_TRADITIONAL = (
    "歡樂憂傷靜熱溫輕鬆緊張夢憤淚強飛愛戀懷舊莊嚴聖電藍調搖滾氣興奮優華麗單純複雜豐滿連斷躍動穩寧鬱陰"
    "陽鮮豔悶壓險惡兇驚懼喪絕無慮獨遠遼闊詩戰鬥勝驕榮勵親撫療癒開輝憶點節慶遊戲趨勢簡約長彈撥遞進漸減"
    "響聲謎異國風鄉謠團圓爾茲軍閱環現數碼鋼寶銳緩遲貼細膩"
)
_SIMPLIFIED = (
    "欢乐忧伤静热温轻松紧张梦愤泪强飞爱恋怀旧庄严圣电蓝调摇滚气兴奋优华丽单纯复杂丰满连断跃动稳宁郁阴"
    "阳鲜艳闷压险恶凶惊惧丧绝无虑独远辽阔诗战斗胜骄荣励亲抚疗愈开辉忆点节庆游戏趋势简约长弹拨递进渐减"
    "响声谜异国风乡谣团圆尔兹军阅环现数码钢宝锐缓迟贴细腻"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

_SUFFIXES = ("", "s", "er", "est", "ly", "ness", "ish", "ing", "ed", "y", "like")
COMPARATIVES = ("er", "est")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word: its kind (mood, energy, genre, manner), valence and arousal -1 … 1, and all it asks for."""

    word: str
    kind: str
    valence: float
    arousal: float
    controls: Controls


def simplified(text: str) -> str:
    """Text in lower case, with wide letters made narrow and traditional characters simplified."""
    return unicodedata.normalize("NFKC", text).lower().translate(_TO_SIMPLIFIED)


@cache
def entries() -> dict[str, Entry]:
    """Every word, English and Chinese."""
    return {
        entry.word: entry
        for line in LEXICON.read_text(encoding="utf-8").splitlines()
        if line.count("\t") == 4 and not line.startswith("#")
        for entry in _read(line)
    }


def modifiers(kind: str) -> dict[str, float]:
    """The words of a kind of modifiers ("degree", "negation"), each with its amount."""
    rows = (line.split("\t") for line in LEXICON.read_text(encoding="utf-8").splitlines())
    return {word: float(row[1]) for row in rows if row[0] == kind for word in row[2].split(", ")}


def _read(line: str) -> Iterator[Entry]:
    kind, feeling, further, english, chinese = line.split("\t")
    valence, arousal = map(float, feeling.split())
    pairs = further.split()
    controls = Controls.of(valence, arousal, dict(zip(pairs[::2], map(float, pairs[1::2]), strict=True)))
    for word in (*english.split(", "), *chinese.split(", ")):
        yield Entry(word, kind, valence, arousal, controls)


def look_up(word: str) -> tuple[Entry, str] | None:
    """The entry of an English word and the suffix it carried ("er" in "darker"); a slip or two is forgiven.

    None for a word that isn't known, or whose spelling is nearest to several that mean different things.
    """
    for suffix in _SUFFIXES:
        for stem in _stems(word, suffix):
            if stem in entries():
                return entries()[stem], suffix
    near = _nearest(word)
    return (near, "") if near else None


def _stems(word: str, suffix: str) -> Iterator[str]:
    """What may stand before a suffix: "sadder" is sad, "happier" happy, "gently" gentle."""
    if not suffix:
        yield word
        yield word.replace("-", " ")
        yield word.replace("-", "")
    elif word.endswith(suffix) and len(word) > len(suffix) + 2:
        stem = word[: -len(suffix)]
        yield stem
        yield stem + "e"
        if suffix == "ly":
            yield stem + "le"
        if stem.endswith("i"):
            yield stem[:-1] + "y"
        if stem[-1] == stem[-2]:
            yield stem[:-1]


@cache
def _nearest(word: str) -> Entry | None:
    """The one entry within a slip (five letters and more) or two (eight and more) of the word."""
    allowed = 0 if len(word) < 5 else 1 if len(word) < 8 else 2
    best: dict[int, list[Entry]] = {}
    for known, entry in entries().items():
        if known.isascii() and known[0] == word[0] and abs(len(known) - len(word)) <= allowed and len(known) >= 4:
            slips = _slips(word, known)
            if slips <= allowed:
                best.setdefault(slips, []).append(entry)
    if not best or not allowed:
        return None
    nearest = best[min(best)]
    return nearest[0] if all(entry.controls == nearest[0].controls for entry in nearest) else None


def _slips(one: str, other: str) -> int:
    """Letters added, left out, changed or swapped between two words (Damerau & Levenshtein)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        earlier, before, row = before, row, [number]
        for place, against in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != against))
            if number > 1 and place > 1 and letter == other[place - 2] and one[number - 2] == against:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]
