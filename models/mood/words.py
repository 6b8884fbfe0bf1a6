"""What a producer's words ask for: "romantic", "not too busy, a little darker", "浪漫，不要太快".

Words come from the lexicon; what stands before one turns it down, up or round. "too dark" is a complaint: less of it.
Nothing is guessed silently: every reading says what was understood, and unknown words are named.

Offers: ``read_words``, ``MoodText``, ``WordReading``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

from models.mood.controls import Controls
from models.mood.lexicon.lexicon import COMPARATIVES, Entry, entries, look_up, modifiers, simplified

_DEGREES, _NEGATIONS = modifiers("degree"), modifiers("negation")
_TOO = {"too", "overly", "太", "过于", "过分"}
_COMPLAINT = 0.6
_NOT_TOO = 0.4
_COMPARED = 0.8
"""How much "darker" is of "dark"."""

_AFTER = {"一点": 0.5, "一点儿": 0.5, "一些": 0.6, "点": 0.5, "些": 0.6}
"""What follows a Chinese word and turns it down: 慢一点."""

_OR = {"or", "nor", "或", "或者"}
"""Words over which "not" reaches: "not sad or dark"."""

_SILENT_ENGLISH = (
    "a an the and or nor but with of to in it its is be this that me my for please make made makes sound sounds "
    "sounding feel feels feeling mood moods vibe vibes style like music clip more as some something bit very give want "
    "i just than at on by also then yet kind sort touch melody beat song track version one notes note way little hint "
    "piano guitar"
)
_SILENT_CHINESE = (
    "的 地 得 了 和 与 及 又 而 但 但是 一 种 感觉 感 风格 风 音乐 曲 曲子 来 要 想 请 让 它 这 个 变 变得 听起来 "
    "起来 情绪 味道 那种 像 有 带 并且 以及 同时 版本 是 些 点 一点 一些 比 那么 这么 加 更加 多 着 吧 啊 呢 "
    "就 也 都 还 或 或者"
)
_SILENT = frozenset(_SILENT_ENGLISH.split()) | frozenset(_SILENT_CHINESE.split())
"""Words that ask for nothing by themselves."""

_WHEN = r"(?:(?:in|at|for|near|during|towards?) )?(?:the )?"
_PARTS: tuple[tuple[str, str, tuple[float, float]], ...] = (
    (_WHEN + r"(?:first|1st) half|前半(?:段|部分|首)?", "the first half", (0.0, 0.5)),
    (_WHEN + r"(?:second|2nd|last|other) half|后半(?:段|部分|首)?", "the second half", (0.5, 1.0)),
    (r"(?:in|at|for|near) the (?:start|beginning)|(?:在)?开头(?:部分)?", "the first quarter", (0.0, 0.25)),
    (r"(?:in|at|for|near|towards?) the end(?:ing)?|(?:在)?(?:结尾|末尾)", "the last quarter", (0.75, 1.0)),
)
"""Words for a part of the clip, its name, and its share of the time."""

_OPPOSED = 0.5
"""Valence or arousal from which two words contradict each other, if they point in opposite ways."""

_STOPS = ",;.!?、。\n"
_TOKEN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9&][a-z0-9&'\-]*|[,;.!?、。\n]")


@dataclass(frozen=True, slots=True)
class WordReading:
    """How one word was read.

    text     as it was written, with what stands before it
    word     the lexicon's word
    amount   -1.7 … 1.7: how much of it; below 0 the opposite
    """

    text: str
    word: str
    amount: float

    def __str__(self) -> str:
        spelled = "" if self.word in simplified(self.text) else f" (read as {self.word})"
        return f"{self.text}{spelled}: {self.amount:+.0%}"


@dataclass(frozen=True, slots=True)
class MoodText:
    """What a text asks for: controls, how each word was read, and the words that aren't known.

    opposed  pairs of words that contradict each other
    part     the part of the clip that is meant: its name and share of the time; None: all of it
    """

    controls: Controls
    readings: tuple[WordReading, ...]
    unknown: tuple[str, ...]
    valence: float
    arousal: float
    opposed: tuple[tuple[str, str], ...] = ()
    part: tuple[str, tuple[float, float]] | None = None

    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report: which words did what, how much, and which were not understood."""
        said = []
        if self.readings:
            asked = ", ".join(self.controls.sentences()) or "nothing that changes notes"
            said.append(f"Mood: {'; '.join(map(str, self.readings))}. It asks for {asked}.")
        said += [
            f'Mood: "{one}" and "{other}" ask for opposites, so they meet half way.' for one, other in self.opposed
        ]
        if self.part:
            said.append(f"Mood: only {self.part[0]} changes.")
        if self.unknown:
            names = ", ".join(f'"{word}"' for word in self.unknown)
            are = "is" if len(self.unknown) == 1 else "are"
            said.append(f'Mood: {names} {are} not in the lexicon and ignored; try a word such as "warm" or "浪漫".')
        return tuple(said)


def read_words(text: str) -> MoodText:
    """Read a mood text in English, Chinese or both; an empty one asks for nothing."""
    reader, plain, part = _Reader(), simplified(text), None
    for pattern, name, share in _PARTS:
        if re.search(pattern, plain):
            part, plain = (name, share), re.sub(pattern, " ", plain)
    for token in _TOKEN.findall(plain):
        if token in _STOPS:
            reader.read_stop()
        elif _is_chinese(token):
            reader.read_chinese(token)
        else:
            reader.collect_english(token)
    reader.read_stop()
    controls, valence, arousal = Controls(), 0.0, 0.0
    for entry, reading in zip(reader.found, reader.readings, strict=True):
        controls = controls.plus(entry.controls, reading.amount)
        valence += reading.amount * entry.valence
        arousal += reading.amount * entry.arousal
    feelings = [
        (reading.text, reading.amount * entry.valence, reading.amount * entry.arousal)
        for entry, reading in zip(reader.found, reader.readings, strict=True)
    ]
    opposed = tuple(
        (one, other)
        for (one, *up), (other, *down) in combinations(feelings, 2)
        if any(a * b < 0 and min(abs(a), abs(b)) >= _OPPOSED for a, b in zip(up, down, strict=True))
    )
    feeling = _bounded(valence), _bounded(arousal)
    return MoodText(controls, tuple(reader.readings), tuple(reader.unknown), *feeling, opposed, part)


class _Reader:
    """Goes through the words and remembers what stands before the next one."""

    def __init__(self) -> None:
        self.found: list[Entry] = []
        self.readings: list[WordReading] = []
        self.unknown: list[str] = []
        self._english: list[str] = []
        self._carried = 0.0
        self._forget()

    def _forget(self) -> None:
        self._before: list[str] = []
        self._degree, self._negation, self._too = 1.0, 0.0, False

    def read_stop(self) -> None:
        """A clause ends: what was said before no longer counts."""
        self.read_english()
        self._forget()
        self._carried = 0.0

    def collect_english(self, word: str) -> None:
        """Keep a word until its phrase is complete."""
        self._english.append(word)

    def read_english(self) -> None:
        """Read the words collected, longest phrases first."""
        words, self._english = self._english, []
        while words:
            for length in (3, 2, 1):
                phrase = " ".join(words[:length])
                if len(words) >= length and (self._modify(phrase) or self._take(phrase, phrase, 1.0)):
                    words = words[length:]
                    break
            else:
                self._single(words.pop(0))

    def _single(self, word: str) -> None:
        found = None if word in _SILENT else look_up(word)
        if found is not None:
            entry, suffix = found
            self._take(entry.word, word, _COMPARED if suffix in COMPARATIVES else 1.0)
        elif word not in _SILENT:
            self.unknown.append(word)
        self._connect(word)

    def _connect(self, word: str) -> None:
        if word in _OR:
            self._negation = self._carried or self._negation

    def read_chinese(self, text: str) -> None:
        """Cut a run of characters into words, the longest first."""
        self.read_english()
        at, missed = 0, ""
        while at < len(text):
            length = next(
                (length for length in range(min(6, len(text) - at), 0, -1) if self._known(text[at : at + length])), 0
            )
            if length == 0:
                missed += text[at]
                at += 1
                continue
            self._miss(missed)
            missed = ""
            at += self._read_chinese_word(text[at : at + length], text[at + length :])
        self._miss(missed)

    def _miss(self, word: str) -> None:
        if word:
            self.unknown.append(word)

    @staticmethod
    def _known(word: str) -> bool:
        return word in entries() or word in _SILENT or word in _DEGREES or word in _NEGATIONS or word in _TOO

    def _read_chinese_word(self, word: str, rest: str) -> int:
        """Read a word; how many characters it took, a following 一点 among them."""
        if word not in entries():
            if not self._modify(word):
                self._connect(word)
            return len(word)
        after = next((tail for tail in sorted(_AFTER, key=len, reverse=True) if rest.startswith(tail)), "")
        self._take(word, word + after, _AFTER.get(after, 1.0))
        return len(word + after)

    def _modify(self, word: str) -> bool:
        """Remember a word of degree or negation; False for any other."""
        if word in entries():
            return False
        if word in _NEGATIONS:
            self._negation = _NEGATIONS[word]
        elif word in _TOO:
            self._too = True
        elif word in _DEGREES:
            self._degree *= _DEGREES[word]
        else:
            return False
        self._before.append(word)
        return True

    def _take(self, word: str, written: str, amount: float) -> bool:
        """Read a word of the lexicon with what stands before it; False for any other."""
        if word not in entries():
            return False
        if self._negation and (self._too or self._degree >= 1.3):
            amount *= -_NOT_TOO
        elif self._negation:
            amount *= -self._negation * self._degree
        elif self._too:
            amount *= -_COMPLAINT
        else:
            amount *= self._degree
        joint = "" if _is_chinese(written) else " "
        self.found.append(entries()[word])
        self.readings.append(WordReading(joint.join([*self._before, written]), word, amount))
        self._carried = self._negation
        self._forget()
        return True


def _is_chinese(text: str) -> bool:
    return "\u4e00" <= text[0] <= "\u9fff"


def _bounded(value: float) -> float:
    return min(1.0, max(-1.0, value))
