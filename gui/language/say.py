"""Words of the panel in the user's language. Sources hold English; ``chinese.json`` has the same words in Chinese.

Offers: ``say``, ``speak``, ``LANGUAGES``.
"""

from __future__ import annotations

import json
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LANGUAGES = {"system": "As the system", "en": "English", "zh": "中文"}
"""What can be asked for, by the name that the settings keep."""

TABLE = Path(__file__).parent / "chinese.json"


class Table(QTranslator):
    """A translator that reads the table; words that it doesn't have stay as they are."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words

    def isEmpty(self) -> bool:  # noqa: N802  (Qt's name)
        """Qt leaves out a translator that says it is empty."""
        return False

    def translate(  # type: ignore[override]  # None lets Qt ask the next translator
        self, context: str | None, source: str | None, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """The Chinese words for ``source``."""
        return self._words.get(source or "")


def say(words: str, /, **values: object) -> str:
    """``words`` in the language that was chosen, with ``values`` in their places: say("{count} notes", count=3)."""
    said = QCoreApplication.translate("", words)
    return said.format(**values) if values else said


def speak(language: str) -> str:
    """Speak a language of ``LANGUAGES`` from now on; gives back which one it is, "en" or "zh".

    Widgets that are there already keep their words: the window is made anew after it.
    """
    application = QCoreApplication.instance()
    chosen = language if language in ("en", "zh") else "en"
    if language == "system" and QLocale.system().language() == QLocale.Language.Chinese:
        chosen = "zh"
    if application is None:
        return chosen
    for old in application.findChildren(QTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    if chosen == "zh":
        own, qt = Table(json.loads(TABLE.read_text(encoding="utf-8"))), QTranslator()
        qt.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for translator in (qt, own):
            translator.setParent(application)
            application.installTranslator(translator)
    return chosen
