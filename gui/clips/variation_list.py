"""The variations, listed as they come in, with a legend of how notes are drawn; a song's clips by section."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QScrollArea, QWidget

from gui.appearance import gap
from gui.clips.note_sign import NoteSign
from gui.clips.roll_rows import Kind
from gui.clips.section_card import SectionCard
from gui.clips.song_card import SongCard
from gui.clips.variation_card import VariationCard
from gui.layout import column, label, row
from gui.state.panel_state import PanelState
from gui.state.tasks import SHEETS
from gui.state.values import Result, SongFiles

_LEGEND: tuple[tuple[Kind, str], ...] = (("kept", "kept"), ("new", "new"), ("gone", "only in the prompt"))


class VariationList(QWidget):
    """Cards one below the other; a sentence says what to do while there are none. ``wanted`` as the cards say it."""

    wanted = pyqtSignal(str, Path)

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._shown: list[VariationCard | SectionCard | SongCard] = []
        self._sections: dict[int, SectionCard] = {}
        self._title, self._empty = label("Variations", "heading"), label("", "quiet", wraps=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        state.result_added.connect(self._add)
        state.song_came.connect(self._add_song)
        state.results_cleared.connect(self._clear)
        for signal in (state.prompt_changed, state.wish_changed, state.second_changed, state.context_changed):
            signal.connect(self._say_what_to_do)
        self._say_what_to_do()
        for result in state.results:
            self._add(result)
        if state.song is not None:
            self._add_song(state.song)

    def _lay_out(self) -> None:
        head = row(self, self._title, None, space=0.25)
        for kind, words in _LEGEND:
            head.addWidget(NoteSign(kind))
            head.addWidget(label(words, "quiet"))
            head.addSpacing(gap(self))
        inside = QWidget()
        self._column = column(self, self._empty, space=0.5, wide=self._empty)
        inside.setLayout(self._column)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName("Variations")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cards in it take the focus
        area.setWidget(inside)
        self.setLayout(column(self, head, area, space=0.3, wide=area))

    @property
    def cards(self) -> tuple[VariationCard, ...]:
        """The cards of single variations, in the order in which they came."""
        return tuple(card for card in self._shown if isinstance(card, VariationCard))

    @property
    def sections(self) -> tuple[SectionCard, ...]:
        """The cards of a song's sections, in their order."""
        return tuple(self._sections[section] for section in sorted(self._sections))

    @property
    def song(self) -> SongCard | None:
        """The card of the whole song, once all of it is here."""
        return next((card for card in self._shown if isinstance(card, SongCard)), None)

    # ---- what comes

    def _add(self, result: Result) -> None:
        if result.place is None:
            self._show_card(VariationCard(result))
            self._title.setText(f"Variations ({len(self.cards)})")
            return
        section = self._sections.get(result.place.section)
        if section is None:
            section = self._sections[result.place.section] = SectionCard(result.place)
            self._show_card(section)
        section.add(result)
        self._title.setText(f"Song ({len(self._sections)} sections)")

    def _add_song(self, song: SongFiles) -> None:
        for section, path in zip(self.sections, song.files, strict=True):
            section.show_file(path)
        self._show_card(SongCard(song), first=True)

    def _show_card(self, card: VariationCard | SectionCard | SongCard, first: bool = False) -> None:
        self._empty.hide()
        card.wanted.connect(self.wanted)
        self._shown.append(card)
        self._column.insertWidget(0 if first else self._column.count(), card, 0 if first else 1)
        bar = self._area.verticalScrollBar()
        self._area.setMinimumWidth(
            max(card.minimumSizeHint().width() for card in self._shown) + (bar.sizeHint().width() if bar else 0)
        )

    def _clear(self) -> None:
        for card in self._shown:
            self._column.removeWidget(card)
            card.deleteLater()
        self._shown, self._sections = [], {}
        self._title.setText("Variations")
        self._empty.show()

    def _say_what_to_do(self) -> None:
        state = self._state
        missing = state.missing
        verb = SHEETS[state.wish.task].verb.replace("&", "")
        if missing and state.prompt is None:
            missing = "First give Clipkin a clip: drop a .mid file anywhere in this window, or press Open."
        self._empty.setText(
            missing or f"Press {verb}: what is made appears here as soon as it is ready.\nDrag it into your DAW."
        )
