"""The session as a list: for each round a head, then its results; the last round stands first. And all of it in words.

A song is one entry: its sections and tracks are shown by the arrangement view.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from gui.clips.grid.rows import counted
from gui.language.say import WORDS, say
from gui.state.panel_state import PanelState
from gui.state.values import Choice, Result, Round
from gui.state.wish import AUTO

_FAR = 0.05
"""Further from the dial than this is said; design, promises: ±0.05 wherever locks and notes allow it."""


SECOND = "similarity to the second clip"
"""The measure that a step of a morph carries."""


def headline(result: Result) -> str:
    """How near the prompt it is, and what it kept: "0.71 similar · 20 of 32 notes kept"."""
    report, notes = result.variation.report, len(result.variation.clip.notes)
    similarity, second = f"{report.similarity:.2f}", report.measures.get(SECOND)
    if second is not None:
        near = say("{value} similar to the prompt", value=similarity)
        return f"{near} · {say('{value} to the second clip', value=f'{second:.2f}')}"
    if result.behind is None:
        return counted(notes, "note")
    words = say("{value} similar", value=similarity)
    if result.asked is not None and abs(report.similarity - result.asked) > _FAR:
        words += " " + say("(asked {value})", value=f"{result.asked:.2f}")
    return f"{words} · {say('{kept} of {all} notes kept', kept=result.variation.kept_count, all=notes)}"


def short(result: Result) -> str:
    """The same where there is little room: "0.71 · 20/32"."""
    notes = len(result.variation.clip.notes)
    if result.behind is None:
        return counted(notes, "note")
    return f"{result.variation.report.similarity:.2f} · {result.variation.kept_count}/{notes}"


def details(result: Result) -> str:
    """Scale, locks, originality and score, as far as they were judged, and the seed."""
    report = result.variation.report
    parts = [say("new notes {share} in scale", share=f"{report.in_scale:.0%}")]
    for name, held in report.locks.items():
        lock = say(name).replace(":", " ")
        parts.append(say("{lock} lock held", lock=lock) if held else say("{lock} lock did not hold", lock=lock))
    if report.originality is not None:
        parts.append(say("originality {value}", value=f"{report.originality:.2f}"))
    if report.score is not None:
        parts.append(say("score {value}", value=f"{report.score:.2f}"))
    return " · ".join([*parts, say("seed {seed}", seed=result.variation.seed)])


class Entry(NamedTuple):
    """A row of the list: a round's head (``result`` None), or one of its results."""

    round: Round
    result: Result | None

    @property
    def choice(self) -> Choice | None:
        return Choice(self.round.number, self.result.number) if self.result else None

    @property
    def path(self) -> Path | None:
        """The file that it stands for: of a song the whole of it."""
        if self.result is None:
            return None
        return self.round.song.path if self.round.song else self.result.path


class RoundModel(QAbstractListModel):
    """Follows the state; an entry comes with ``Qt.ItemDataRole.UserRole``."""

    def __init__(self, state: PanelState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._entries: list[Entry] = []
        state.follow("rounds", self._read)
        state.follow("stars", self._show_stars)
        state.round_grew.connect(self._grow)

    # ---- what Qt asks

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(entry)
        if role == Qt.ItemDataRole.ToolTipRole and (result := entry.result) is not None:
            return "\n".join([headline(result), details(result), *map(say, result.variation.report.remarks)])
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled
        if index.isValid() and self._entries[index.row()].result is not None:
            flags |= Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return flags

    # ---- ours

    def _words(self, entry: Entry) -> str:
        if entry.result is None:
            return round_words(entry.round)
        star = say("with a star") if entry.choice in self._state.stars else ""
        return ", ".join(filter(None, (title(entry), star, headline(entry.result), engine_words(entry.round))))

    @property
    def results(self) -> list[int]:
        """The rows that can be chosen."""
        return [row for row, entry in enumerate(self._entries) if entry.result is not None]

    def row_of(self, choice: Choice | None) -> int:
        """Where a result stands; -1 where it isn't listed."""
        return next((row for row, entry in enumerate(self._entries) if choice and entry.choice == choice), -1)

    def _show_stars(self) -> None:
        self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def _read(self) -> None:
        self.beginResetModel()
        self._entries = [entry for made in reversed(self._state.rounds) for entry in entries_of(made)]
        self.endResetModel()

    def _grow(self, made: Round) -> None:
        if made not in self._state.rounds:
            return
        first = next(row for row, entry in enumerate(self._entries) if entry.round is made)
        count, wanted = sum(entry.round is made for entry in self._entries), entries_of(made)
        grows = len(wanted) > count
        if grows:
            self.beginInsertRows(QModelIndex(), first + count, first + len(wanted) - 1)
        self._entries[first : first + count] = wanted
        if grows:
            self.endInsertRows()
        self.dataChanged.emit(self.index(first), self.index(first + len(wanted) - 1))


def entries_of(made: Round) -> list[Entry]:
    """The round's head and its results; of a song one for all."""
    results = made.results[:1] if made.order.request.task == "arrange" else made.results
    return [Entry(made, None), *(Entry(made, result) for result in results)]


def title(entry: Entry) -> str:
    """What a result is called."""
    number = entry.result.number if entry.result else 0
    return say("Song") if entry.round.song else say("Result {number}", number=number)


def engine_words(made: Round) -> str:
    """Who made the round, as far as it is known."""
    return say("automatic") if made.engine == AUTO else made.engine


def round_words(made: Round) -> str:
    """A round in words: "Vary · lead · kin · seed 5 · 14:05 · 4 results"."""
    prompt, request = made.prompt, made.order.request
    if request.task == "arrange":
        come = counted(len(made.song.names), "section") if made.song else ""
    elif made.ended and not made.results:
        come = say(made.error or "nothing came")
    else:
        come = counted(len(made.results), "result")
    asked = (say(WORDS["tasks"][request.task]["verb"]), prompt.label if prompt else "", engine_words(made))
    parts = (*asked, say("seed {seed}", seed=request.seed), made.began, come)
    return " · ".join(filter(None, parts))
