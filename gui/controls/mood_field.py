"""The mood in words: "romantic, a little darker", 浪漫; some are suggested."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.pieces.words_field import WordsField
from models.tasks.table import MOST_MOOD

SUGGESTIONS = (
    "romantic",
    "happy",
    "sad",
    "dark",
    "a little darker",
    "bright",
    "a little brighter",
    "calm",
    "energetic",
    "dreamy",
    "melancholic",
    "nostalgic",
    "tense",
    "aggressive",
    "gentle",
    "playful",
    "mysterious",
    "epic",
    "groovy",
    "simple",
    "busier",
    "not too busy",
    "sparse",
    "higher",
    "lower",
    "softer",
    "louder",
    "staccato",
    "legato",
    "lofi",
    "浪漫",
    "欢快",
    "悲伤",
    "忧郁",
    "平静",
    "激动",
    "温柔",
    "神秘",
    "梦幻",
    "紧张",
    "明亮",
    "暗一点",
    "不要太快",
    "简单",
)
"""A few of the words that are understood; a test sees to it that they are."""


class MoodField(QWidget):
    """Emits ``typed`` with the words; any may be typed, those that aren't known are named in the report."""

    typed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = WordsField("Mood in words", MOST_MOOD, r"\s*[,;，、；]\s*", ", ")
        self.line.setPlaceholderText("romantic, a little darker, 浪漫 …")
        self.line.setToolTip("Words in English or Chinese; the first variation says how they were understood.")
        self.line.suggestions.offer(SUGGESTIONS)
        label = QLabel("M&ood")
        label.setBuddy(self.line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.3))
        column.addWidget(label)
        column.addWidget(self.line)
        self.line.typed.connect(self.typed)

    def show_mood(self, mood: str) -> None:
        """Show the words."""
        self.line.show_words(mood)
