"""The task, what it gives in a sentence, and what it needs: a region, a length, a part, words for a style; and the
engine: a menu by what each is good at, and below it the card of the chosen one: licence, data, size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QSignalBlocker, Qt
from PyQt6.QtWidgets import QLabel, QWidget

from gui.appearance import column, label
from gui.controls.fields import SpanField
from gui.controls.pieces import Menu, NumberBox, Toggle, WholeBox, WordsField, beside, named, show_number
from gui.language.say import WORDS, say
from gui.state.panel_state import PanelState
from gui.state.wish import AUTO, PARTS
from models.music.clip import Clip
from models.tasks.table import MOST_STYLE, TABLE, Task

if TYPE_CHECKING:
    from bridge.messages.greeting import Card

_SENTENCE_LINES = 2


class TaskChoice(QWidget):
    """Shows and changes the wish's task, region, bars, part and style."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state = state
        self.menu, self.sentence = Menu(say("Task")), label("", "quiet", wraps=True)
        self.menu.setMaxVisibleItems(len(TABLE))
        self.sentence.setMinimumHeight(_SENTENCE_LINES * self.sentence.fontMetrics().lineSpacing())
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.bars = WholeBox(say("Bars to make"), special=say("as it fits"))
        self.part, self._listed_for = Menu(say("Part to make")), ""
        self.style_words = WordsField(say("Style in words"), MOST_STYLE, r"\s+", " ")
        self.style_words.setPlaceholderText(say("as it fits"))
        self.style_words.setClearButtonEnabled(True)
        self._style_name = QLabel()
        only = say("Only notes that begin in the region may change. Drag it over the prompt.")
        switch = Toggle(say("Only the &region"), say("Only a region may change"), only)
        names = say("Start of the region in beats"), say("End of the region in beats")
        self.region = SpanField(switch, NumberBox(), NumberBox(), names)
        self._part_row, self._bars_row = beside(say("Par&t"), self.part), beside(say("&Bars"), self.bars)
        self._style_row = named(self._style_name, self.style_words)
        parts = (self._part_row, self._style_row, self._bars_row, self.region)
        self.setLayout(column(self, named(say("Tas&k"), self.menu), self.sentence, *parts, space=0.4))
        self.menu.chosen.connect(lambda task: state.change(task=task))
        self.part.chosen.connect(lambda part: state.change(part=part))
        self.bars.valueChanged.connect(lambda bars: state.change(bars=bars))
        self.style_words.typed.connect(self._take_style)
        self.region.changed.connect(lambda region: state.change(region=region))
        state.follow("engines", self._show_tasks)
        state.follow("prompt", self._fit_region)
        state.follow("wish", self._show)

    def _show_tasks(self) -> None:
        self.menu.clear()
        for task, row in TABLE.items():
            reason, words = why_not(task, self._state.engines), say(WORDS["tasks"][task]["words"])
            self.menu.add(words, task, f"{say(row.sentence)}{reason}", possible=not reason)
        self._show()

    def _show(self) -> None:
        wish = self._state.wish
        self.menu.show_value(wish.task)
        self.menu.show_hint(self.sentence)
        with QSignalBlocker(self.bars):  # a shorter range of another task is no wish
            self.bars.setRange(0, wish.row.most_bars)
        show_number(self.bars, wish.bars)
        self._bars_row.setVisible(wish.takes("bars"))
        self.region.setVisible(wish.takes("region"))
        self.region.show_span(wish.region)
        self._part_row.setVisible(wish.task in PARTS)
        if wish.task in PARTS and wish.task != self._listed_for:
            self._listed_for = wish.task
            self.part.clear()
            self.part.add_all(PARTS[wish.task])
        self.part.show_value(wish.part)
        words, one = tuple(map(say, wish.row.styles)), wish.row.one_word
        self._style_row.setVisible(bool(words))
        self._style_name.setText(say("P&lan") if wish.task == "arrange" else say("Sty&le"))
        if words != self.style_words.suggestions.words:
            self.style_words.suggestions.offer(words, one)
            several = "Choose one or several words from the list, or type them."
            self.style_words.setToolTip(say("Choose from the list, or type.") if one else say(several))
        said = dict(zip(wish.row.styles, words, strict=True))
        self.style_words.show_words(" ".join(said.get(word, word) for word in wish.style.split(" ")))

    def _fit_region(self) -> None:
        """A region needs a clip, and lies inside it."""
        prompt = self._state.prompt
        self.region.setEnabled(prompt is not None)
        for box in self.region.findChildren(NumberBox):
            with QSignalBlocker(box):
                box.setRange(0.0, prompt.clip.length if prompt else 0.0)
                box.setSingleStep(prompt.clip.metre.unit if prompt else 1.0)
        if prompt is not None:
            self.region.first = first_half(prompt.clip)
        self._show()

    def _take_style(self, words: str) -> None:
        """The wish keeps the words that models know, whatever language they are chosen in."""
        known = {say(word): word for word in self._state.wish.row.styles}
        self._state.change(style=" ".join(known.get(word, word) for word in words.split(" ")))


def first_half(clip: Clip) -> tuple[float, float]:
    """The first half of the clip in whole bars: a region to begin with."""
    bars = max(1, clip.metre.bars(clip.length) // 2)
    return (0.0, min(clip.length, bars * clip.metre.bar))


def why_not(task: Task, cards: tuple[Card, ...]) -> str:
    """Why the task can't be chosen, as a sentence that follows its own; "" when it can, or no engine is known yet."""
    usable = [card for card in cards if card.available]
    known = not usable or TABLE[task].ranked or any(task in card.tasks for card in usable)
    return "" if known else " " + say("No engine that is there knows it.")


class EngineMenu(QWidget):
    """The menu emits ``chosen`` with the engine's name."""

    def __init__(self) -> None:
        super().__init__()
        self.menu = Menu(say("Engine"))
        self.card, self._wanted = label("", "quiet", wraps=True), AUTO
        self.setLayout(column(self, named(say("&Engine"), self.menu), self.card, space=0.2))
        self.menu.currentIndexChanged.connect(lambda: self.menu.show_hint(self.card))
        self.show_engines((), "")

    def show_engines(self, cards: tuple[Card, ...], task: str) -> None:
        """List the engines; those that can't be used, or not for ``task``, say why and can't be chosen."""
        with QSignalBlocker(self.menu):
            self.menu.clear()
            best = say("The best engine for the clip and the task; the result says which it was.")
            self.menu.add(say("Automatic"), AUTO, best, possible=True)
            for card in cards:
                reason = not_for(card, task)
                purpose = WORDS["engines"].get(card.name)  # one of the user's own goes by its name alone
                text = f"{say(purpose)} — {card.name}" if purpose else card.name
                self.menu.add(text, card.name, f"{say(card.sentence)}{facts(card)}{reason}", possible=not reason)
        self.show_engine(self._wanted)

    def show_engine(self, name: str) -> None:
        """Show the chosen engine; one that the server doesn't have shows as automatic until it has it."""
        self._wanted = name
        self.menu.show_value(name)
        self.menu.show_hint(self.card)


def facts(card: Card) -> str:
    """What stands on an engine's card besides its sentence: size, licence, what it learned from."""
    size = say("{count} thousand parameters", count=card.parameters) if card.parameters else ""
    data = say("learned from: {data}", data=card.data) if card.data not in ("", "-") else ""
    parts = [part for part in (size, card.licence, data) if part not in ("", "-")]
    return f"\n{'; '.join(parts)}." if parts else ""


def not_for(card: Card, task: str) -> str:
    """Why the engine can't be chosen for the task, as a sentence that follows its own; "" when it can."""
    if not card.available:
        return " " + say("It can't be used now: {reason}.", reason=say(card.reason).rstrip(".。"))
    if task and task not in card.tasks:
        return " " + say("It doesn't know this task.")
    return ""
