"""The engine: a menu by what each is good at, and below it the card of the chosen one: licence, data, size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QLabel, QWidget

from gui.appearance import column, label
from gui.controls.pieces import Menu
from gui.language.say import say
from gui.state.wish import AUTO

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

AUTO_SENTENCE = "The best engine for the clip and the task; the result says which it was."

PURPOSES = {
    "kin": "Any clip",
    "rules": "Any clip, at once",
    "harmony": "Chords and voicings",
    "rnn": "Beats and grooves",
    "gan": "New beats and melodies",
    "vae": "Morphs and small steps",
    "lstm": "Melodies and bass lines",
}
"""What an engine is good at, in a word or two; one of the user's own goes by its name alone."""


class EngineMenu(QWidget):
    """The menu emits ``chosen`` with the engine's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.menu = Menu(say("Engine"))
        self.card, name = label("", "quiet", wraps=True), QLabel(say("&Engine"))
        name.setBuddy(self.menu)
        self.setLayout(column(self, name, self.menu, self.card, space=0.2))
        self._wanted = AUTO
        self.menu.currentIndexChanged.connect(self._say)
        self.show_engines((), "")

    def show_engines(self, cards: tuple[Card, ...], task: str) -> None:
        """List the engines; those that can't be used, or not for ``task``, say why and can't be chosen."""
        with QSignalBlocker(self.menu):
            self.menu.clear()
            self.menu.add(say("Automatic"), AUTO, say(AUTO_SENTENCE), possible=True)
            for card in cards:
                reason = why_not(card, task)
                purpose = PURPOSES.get(card.name)
                text = f"{say(purpose)} — {card.name}" if purpose else card.name
                self.menu.add(text, card.name, f"{say(card.sentence)}{facts(card)}{reason}", possible=not reason)
        self.show_engine(self._wanted)

    def show_engine(self, name: str) -> None:
        """Show the chosen engine; one that the server doesn't have shows as automatic until it has it."""
        self._wanted = name
        self.menu.show_value(name)
        self._say()

    def _say(self) -> None:
        sentence = self.menu.currentData(Qt.ItemDataRole.ToolTipRole) or ""
        self.card.setText(sentence)
        self.menu.setToolTip(sentence)
        self.menu.setAccessibleDescription(sentence)


def facts(card: Card) -> str:
    """What stands on an engine's card besides its sentence: size, licence, what it learned from."""
    parts = []
    if card.parameters:
        parts.append(say("{count} thousand parameters", count=card.parameters))
    if card.licence not in ("", "-"):
        parts.append(card.licence)
    if card.data not in ("", "-"):
        parts.append(say("learned from: {data}", data=card.data))
    return f"\n{'; '.join(parts)}." if parts else ""


def why_not(card: Card, task: str) -> str:
    """Why the engine can't be chosen for the task, as a sentence that follows its own; "" when it can."""
    if not card.available:
        return " " + say("It can't be used now: {reason}.", reason=say(card.reason).rstrip(".。"))
    if task and task not in card.tasks:
        return " " + say("It doesn't know this task.")
    return ""
