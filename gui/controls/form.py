"""All controls, one below the other."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.engine_menu import EngineMenu
from gui.controls.locks_row import LocksRow
from gui.controls.mood_field import MoodField
from gui.controls.pieces.dial import SIMILARITY, TEMPERATURE, Dial
from gui.controls.pieces.menu import Menu
from gui.controls.pieces.number_box import row, show_number
from gui.controls.scale_choice import ScaleChoice
from gui.controls.seed_field import SeedField
from gui.controls.task_choice import TaskChoice
from gui.state.panel_state import PanelState
from gui.state.values import Prompt
from gui.state.wish import Wish
from models.generator import Density
from models.tasks.table import MOST_VARIATIONS

DENSITY_WORDS: dict[Density, str] = {"low": "Fewer notes", "same": "As many notes", "high": "More notes"}


class Form(QWidget):
    """Shows the state's wish and changes it."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._listed_for: str = state.wish.task
        self.task, self.engine, self.mood = TaskChoice(state), EngineMenu(), MoodField()
        self.similarity, self.temperature = Dial(SIMILARITY), Dial(TEMPERATURE)
        self.density = Menu("Number of notes")
        for density, words in DENSITY_WORDS.items():
            self.density.addItem(words, density)
        self._density_row = row("Density", self.density)  # all its letters are taken
        self.locks, self.scale, self.seed = LocksRow(), ScaleChoice(), SeedField()
        self.count = QSpinBox()
        self.count.setRange(1, MOST_VARIATIONS)
        self.count.setAccessibleName("Number of variations")
        self._count_name = QLabel()
        self._count_row = row(self._count_name, self.count)
        self._controls: tuple[tuple[QWidget, str], ...] = (
            (self.mood, "mood"),
            (self.engine, "engine"),
            (self.similarity, "similarity"),
            (self.temperature, "temperature"),
            (self._density_row, "density"),
            (self._count_row, "count"),
            (self.scale, "scale"),
        )
        self._lay_out()
        self._connect(state)
        self._show_engines()
        self._show(state.wish)
        self._show_prompt(state.prompt)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.8))
        for widget in (
            self.task,
            self.mood,
            self.engine,
            self.similarity,
            self.temperature,
            self._density_row,
            self._count_row,
            self.locks,
            self.scale,
            self.seed,
        ):
            column.addWidget(widget)
        column.addStretch(1)

    def _connect(self, state: PanelState) -> None:
        self.mood.typed.connect(lambda words: state.change(mood=words))
        self.engine.chosen.connect(lambda name: state.change(engine=name))
        self.similarity.moved.connect(lambda value: state.change(similarity=value))
        self.temperature.moved.connect(lambda value: state.change(temperature=value))
        self.density.activated.connect(lambda place: state.change(density=self.density.itemData(place)))
        self.count.valueChanged.connect(lambda count: state.change(count=count))
        self.locks.changed.connect(lambda locks: state.change(locks=locks))
        self.scale.changed.connect(lambda scale: state.change(scale=scale))
        self.seed.typed.connect(lambda seed: state.change(seed=seed))
        self.seed.locked.connect(lambda on: state.change(seed_locked=on))
        state.wish_changed.connect(self._show)
        state.engines_changed.connect(self._show_engines)
        state.prompt_changed.connect(self._show_prompt)

    # ---- showing

    def _show(self, wish: Wish) -> None:
        self.engine.show_engine(wish.engine)
        if wish.task != self._listed_for:
            self._show_engines()
        self._show_what_matters(wish)
        self.mood.show_mood(wish.mood)
        self.similarity.show_value(wish.similarity)
        self.temperature.show_value(wish.temperature)
        self.density.setCurrentIndex(self.density.findData(wish.density))
        self.locks.show_locks(wish.locks, wish.row.kept(wish.style), wish.row.keeps_lanes)
        self.scale.show_scale(wish.scale)
        self.seed.show_seed(wish.seed, wish.seed_locked)
        show_number(self.count, wish.count)

    def _show_what_matters(self, wish: Wish) -> None:
        """A control that would change nothing is not shown."""
        for widget, control in self._controls:
            widget.setVisible(wish.takes(control))
        self._count_name.setText("Nu&mber of steps" if wish.row.reads == "pair" else "Nu&mber of variations")

    def _show_engines(self) -> None:
        self._listed_for = self._state.wish.task
        self.engine.show_engines(self._state.engines, self._state.wish.task)

    def _show_prompt(self, prompt: Prompt | None) -> None:
        self.scale.show_found(prompt.key if prompt else "")
        drums = prompt.clip.notes if prompt and prompt.clip.drums else ()
        self.locks.list_lanes(note.pitch for note in drums)
        self._show(self._state.wish)


class FormArea(QScrollArea):
    """The form, as wide as it needs to be, with a bar where the screen is too low."""

    def __init__(self, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidget(form)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """The form tells us through this when it needs another width."""
        if event and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        form, bar = self.widget(), self.verticalScrollBar()
        if form is not None and bar is not None:
            self.setFixedWidth(max(form.minimumSizeHint().width(), gap(self, 20.5)) + bar.sizeHint().width() + 1)
