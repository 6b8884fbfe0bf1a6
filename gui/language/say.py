"""Words of the panel in the user's language. Sources hold English; ``chinese.json`` has the same words in Chinese.

Words that stand in tables (tasks, locks, moods, keys) are data: ``tables.json``.
What models, server and Live say are finished sentences with their values in them; ``sentences.json`` has each with
``{}`` where a value stands, and its Chinese with the same values, ``{0}`` and ``{1}`` where they change places.
"""

from __future__ import annotations

import json
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LANGUAGES = {"system": "As the system", "en": "English", "zh": "中文"}
"""What can be asked for, by the name that the settings keep."""

TABLE = Path(__file__).parent / "chinese.json"
SENTENCES = Path(__file__).parent / "sentences.json"
WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "tables.json").read_text(encoding="utf-8"))
"""The panel's tables of words, in English; "ways" and "keys" have their keys beside them."""

_LONGEST = 2_000
_LISTED = re.compile(r"(, | and | or | \+ |; )")
_KEY = re.compile(r"([A-G][#b]?) (\w[\w ]*)")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.])\s+(?=[A-Z\"])")


class Table:
    """The tables in Chinese; words that they don't have stay as they are."""

    def __init__(self) -> None:
        self._words: dict[str, str] = json.loads(TABLE.read_text(encoding="utf-8"))
        self._found = lru_cache(maxsize=500)(self._sentence)

    def said(self, source: str) -> str | None:
        """The Chinese words for ``source``; None where there are none."""
        return self._words.get(source) or self._found(source)

    @cached_property
    def _sentences(self) -> dict[str, str]:
        said: dict[str, str] = json.loads(SENTENCES.read_text(encoding="utf-8"))
        return said

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str, str]]:
        """What to look for, the template and its Chinese; the most telling first."""
        with_values = [(words, chinese) for words, chinese in self._sentences.items() if "{}" in words]
        with_values.sort(key=lambda pair: -len(pair[0].replace("{}", "")))
        return [
            (re.compile(re.escape(words).replace(r"\{\}", "(.+?)"), re.DOTALL), words, chinese)
            for words, chinese in with_values
        ]

    def _sentence(self, source: str) -> str | None:
        """A finished sentence, or several, with their values; None where no template fits."""
        if source in self._sentences:
            return self._sentences[source]
        if len(source) > _LONGEST:
            return None
        word, _, number = source.rpartition(" ")
        if number.isdigit() and word in self._words:  # a section of a song: "verse 2"
            return f"{self._words[word]} {number}"
        for pattern, words, chinese in self._patterns:
            if found := pattern.fullmatch(source):
                quoted = [words[: place.start()].endswith('"') for place in re.finditer(r"{}", words)]
                values = zip(found.groups(), quoted, strict=True)
                return chinese.format(*(value if name else self._value(value) for value, name in values))
        head, _, rest = source.partition(": ")  # a style or a figure, and what it is
        if rest and "." not in head and (of_it := self._found(rest)):
            return f"{self._value(head)}：{of_it}"
        parts = _BETWEEN_SENTENCES.split(source)
        told = [self._found(part) for part in parts] if len(parts) > 1 else []
        return "".join(chinese or part for chinese, part in zip(told, parts, strict=True)) if any(told) else None

    def _value(self, value: str) -> str:
        """What stands in a sentence: a sentence again, words that are known, or a list of them; names stay."""
        whole = self._words.get(value) or self._found(value)
        if whole:
            return whole
        if (key := _KEY.fullmatch(value)) and (kind := self._words.get(key[2]) or self._found(key[2])):
            return f"{key[1]} {kind}"
        parts = _LISTED.split(value)
        if len(parts) == 1:
            words, bracket, amount = value.partition(" (")  # "more notes (60 %)"
            return f"{self._value(words)}{bracket}{amount}" if bracket else value
        return "".join("、" if place % 2 else self._value(part) for place, part in enumerate(parts))


_spoken: Table | None = None
"""What is asked for words; None: English. Not one of Qt's translators: those hold a lock while Python runs in them,
for which a window that is swept away meanwhile waits for ever."""


def say(words: str, /, **values: object) -> str:
    """``words`` in the language that was chosen, with ``values`` in their places: say("{count} notes", count=3).

    Without values it may be a finished sentence of models, server or Live.
    """
    said = (_spoken and _spoken.said(words)) or words
    return said.format(**values) if values else said


def speak(language: str) -> str:
    """Speak a language of ``LANGUAGES`` from now on; gives back which one it is, "en" or "zh".

    Widgets that are there already keep their words: the window is made anew after it.
    """
    global _spoken  # noqa: PLW0603 - a language is spoken by all of a process
    application = QCoreApplication.instance()
    chosen = language if language in ("en", "zh") else "en"
    if language == "system" and QLocale.system().language() == QLocale.Language.Chinese:
        chosen = "zh"
    _spoken = Table() if chosen == "zh" else None
    if application is None:
        return chosen
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    if chosen == "zh":
        qt = QTranslator(application)
        qt.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        application.installTranslator(qt)
    return chosen
