"""The form: task, similarity, mood and locks in view; the rest under "More", by meaning. Its width never changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from PyQt6.QtCore import QEvent, QObject, Qt, pyqtBoundSignal, pyqtSignal
from PyQt6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QFrame, QLabel, QScrollArea, QWidget

from gui.appearance import Tiles, button, column, gap
from gui.clips.grid.rows import drum_words
from gui.controls.fields import ChordsField, Dial, PitchBox, ScaleChoice, SeedField, SpanField
from gui.controls.pieces import Menu, Toggle, WholeBox, WordsField, beside, named, show_number
from gui.controls.task_choice import EngineMenu, TaskChoice
from gui.language.say import WORDS, say
from gui.state.panel_state import PanelState
from models.generator import FLAGS, Locks
from models.tasks.table import BOUNDS, MOST_MOOD, MOST_VARIATIONS

_IN_A_ROW, _LANES_IN_A_ROW = 3, 2
_WIDTH = 17.5
"""Lines of text across."""


class LocksRow(QWidget):
    """Emits ``changed`` with the Locks when the user presses one; a drum clip has one for each of its drums too."""

    changed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self._locks = Locks()
        self.buttons: dict[str, Toggle] = {}
        self.lanes: dict[int, Toggle] = {}
        self._flags, self._lanes = QWidget(), QWidget()
        for flag in FLAGS:
            text, hint = map(say, WORDS["locks"][flag])
            self.buttons[flag] = toggle = Toggle(text, hint, hint)
            toggle.switched.connect(lambda on, flag=flag: self._change(**{flag: on}))
        flags, self._lane_tiles = Tiles(self, _IN_A_ROW), Tiles(self, _LANES_IN_A_ROW)
        flags.fill(self.buttons.values())
        self._flags.setLayout(flags)
        self._lanes.setLayout(self._lane_tiles)
        self.setLayout(column(self, QLabel(say("What must not change")), self._flags, self._lanes, space=0.3))

    def list_lanes(self, pitches: Iterable[int], pads: tuple[tuple[int, str], ...] = ()) -> None:
        """Offer a lock for each drum; ``pitches``: the prompt's, none for other clips; ``pads``: Live's names."""
        self.lanes = {}
        for lane in sorted(set(pitches)):
            name = drum_words(lane, pads)
            words = say("Keep the {drum} as it is, pitch {pitch}.", drum=name, pitch=lane)
            self.lanes[lane] = toggle = Toggle(f"{name[:1].upper()}{name[1:]}".replace("&", "&&"), words, words)
            # Pressed, it is in; else it is not.
            toggle.switched.connect(lambda _, lane=lane: self._change(lanes=self._locks.lanes ^ {lane}))
        self._lane_tiles.fill(self.lanes.values())

    def show_locks(self, locks: Locks, mattering: tuple[str, ...] = FLAGS, lanes: bool = True) -> None:
        """Show which locks are on; those that don't matter to the task can't be pressed, and say so.

        lanes: whether the drums' own matter
        """
        self._locks = locks
        for flag, toggle in self.buttons.items():
            toggle.show_on(getattr(locks, flag) and flag in mattering)
            toggle.setEnabled(flag in mattering)
            toggle.setToolTip(say(WORDS["locks"][flag][1]) if flag in mattering else say("This task can't keep it."))
        for lane, toggle in self.lanes.items():
            toggle.show_on(lane in locks.lanes)
        self._flags.setVisible(bool(mattering))
        self._lanes.setVisible(lanes and bool(self.lanes))
        self.setVisible(bool(mattering) or (lanes and bool(self.lanes)))

    def _change(self, **changes: Any) -> None:  # noqa: ANN401  (flags, and a set of lanes)
        self._locks = replace(self._locks, **changes)
        self.changed.emit(self._locks)


class Form(QWidget):
    """Shows the state's wish and changes it."""

    def __init__(self, state: PanelState) -> None:
        super().__init__()
        self._state, self._listed_for = state, ""
        self.task, self.engine = TaskChoice(state), EngineMenu()
        self.similarity, self.temperature = Dial("similarity"), Dial("temperature")
        self.mood = WordsField(say("Mood in words"), MOST_MOOD, r"\s*[,;，、；]\s*", ", ")
        self.mood.setPlaceholderText(say("romantic, a little darker, 浪漫 …"))
        self.mood.setToolTip(say("Words in English or Chinese; the first result says how they were understood."))
        self.mood.suggestions.offer(WORDS["moods"])
        self.density = Menu(say("Number of notes"))
        self.density.add_all(WORDS["densities"])
        self.locks, self.scale, self.seed, self.chords = LocksRow(), ScaleChoice(), SeedField(), ChordsField()
        only = say("New notes stay between two pitches.")
        switch = Toggle(say("Ran&ge"), say("Keep new notes in a range"), only)
        self.range = SpanField(switch, PitchBox(), PitchBox(), (say("Lowest new pitch"), say("Highest new pitch")))
        self.range.first = (48, 72)
        most = int(BOUNDS["polyphony"][1])
        self.polyphony = WholeBox(say("Most new notes at once"), 0, most, special=say("as it fits"))
        self.count, self._count_name = WholeBox(say("Number of results"), 1, MOST_VARIATIONS), QLabel()
        self.more, self._rest = button("", say("More settings"), kind="section"), QWidget()
        self.more.setCheckable(True)
        self.more.toggled.connect(self.show_more)
        self._lay_out()
        self.show_more(False)
        state.follow("engines", self._show_engines)
        state.follow("prompt", self._show_prompt)
        state.follow("wish", self._show)

    def _lay_out(self) -> None:
        mood, density = named(say("M&ood"), self.mood), beside(say("Density"), self.density)
        count, polyphony = beside(self._count_name, self.count), beside(say("Notes at once"), self.polyphony)
        self._controls: tuple[tuple[str, QWidget, pyqtBoundSignal, Callable[[Any], None]], ...] = (
            ("mood", mood, self.mood.typed, self.mood.show_words),
            ("engine", self.engine, self.engine.menu.chosen, self.engine.show_engine),
            ("similarity", self.similarity, self.similarity.moved, self.similarity.show_value),
            ("temperature", self.temperature, self.temperature.moved, self.temperature.show_value),
            ("density", density, self.density.chosen, self.density.show_value),
            ("count", count, self.count.valueChanged, partial(show_number, self.count)),
            ("scale", self.scale, self.scale.changed, self.scale.show_scale),
            ("chords", self.chords, self.chords.typed, self.chords.show_chords),
            ("range", self.range, self.range.changed, self.range.show_span),
            ("polyphony", polyphony, self.polyphony.valueChanged, partial(show_number, self.polyphony)),
            ("seed", self.seed, self.seed.number.valueChanged, partial(show_number, self.seed.number)),
            ("seed_locked", self.seed, self.seed.lock.switched, self.seed.lock.show_on),
        )
        """The wish's field, what is hidden where it means nothing, what the user changes, how it is shown."""
        for field, _, changed, _ in self._controls:
            changed.connect(lambda value, field=field: self._state.change(**{field: value}))
        self.locks.changed.connect(lambda locks: self._state.change(locks=locks))
        harmony, playing = (self.chords, self.scale), (density, polyphony, self.range, self.temperature)
        self._rest.setLayout(column(self, *harmony, *playing, self.engine, count, self.seed, space=0.7))
        essentials = (self.task, self.similarity, mood, self.locks, self.more, self._rest, None)
        inside = column(self, *essentials, space=0.7)
        edge = gap(self, 0.15)
        inside.setContentsMargins(edge, edge, gap(self, 0.5), edge)
        self.setLayout(inside)
        for control in (*self.findChildren(QAbstractSpinBox), *self.findChildren(QAbstractSlider)):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else the wheel gives it the focus
            control.installEventFilter(self)

    def show_more(self, shown: bool) -> None:
        self.more.setChecked(shown)
        self.more.setText(("▾  " if shown else "▸  ") + say("More"))
        self._rest.setVisible(shown)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """The wheel scrolls the form, unless it turns over the control that has the focus."""
        if event and event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    # ---- showing

    def _show(self) -> None:
        wish = self._state.wish
        if wish.task != self._listed_for:
            self._show_engines()
        for field, widget, _, show in self._controls:
            show(getattr(wish, field))
            widget.setVisible(field.startswith("seed") or wish.takes(field))
        self._count_name.setText(say("Nu&mber of steps") if wish.row.reads == "pair" else say("Nu&mber of results"))
        self.locks.show_locks(wish.locks, wish.row.kept(wish.style), wish.row.keeps_lanes)

    def _show_engines(self) -> None:
        self._listed_for = self._state.wish.task
        self.engine.show_engines(self._state.engines, self._state.wish.task)

    def _show_prompt(self) -> None:
        prompt = self._state.prompt
        self.scale.show_found(prompt.key if prompt else "")
        drums = prompt.clip.notes if prompt and prompt.clip.drums else ()
        self.locks.list_lanes((note.pitch for note in drums), prompt.pads if prompt else ())
        self._show()


class FormArea(QScrollArea):
    """The form, always equally wide, with a bar where the screen is too low."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.setWidget(form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        bar = self.verticalScrollBar()
        self.setFixedWidth(gap(self, _WIDTH) + (bar.sizeHint().width() if bar else 0))

    def focusNextPrevChild(self, following: bool) -> bool:
        """What gets the focus by a key comes into view."""
        moved = super().focusNextPrevChild(following)
        if moved and (focused := self.focusWidget()) is not None:
            self.ensureWidgetVisible(focused)
        return moved
