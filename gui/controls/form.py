"""All controls, one below the other."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from gui.appearance import gap
from gui.controls.dial import SIMILARITY, TEMPERATURE, Dial
from gui.controls.engine_menu import EngineMenu
from gui.controls.locks_row import LocksRow
from gui.controls.number_box import row, show_number
from gui.controls.scale_choice import ScaleChoice
from gui.controls.seed_field import SeedField
from gui.controls.task_choice import TaskChoice
from gui.panel_state import PanelState, Prompt
from gui.wish import Wish
from models.generator import MOST_VARIATIONS


class Form(QWidget):
    """Shows the state's wish and changes it."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._listed_for: str = state.wish.task
        self.task, self.engine = TaskChoice(state), EngineMenu()
        self.similarity, self.temperature = Dial(SIMILARITY), Dial(TEMPERATURE)
        self.locks, self.scale, self.seed = LocksRow(), ScaleChoice(), SeedField()
        self.count = QSpinBox()
        self.count.setRange(1, MOST_VARIATIONS)
        self.count.setAccessibleName("Number of variations")
        self._lay_out()
        self._connect(state)
        self._show_engines()
        self._show(state.wish)
        self._show_prompt(state.prompt)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap(self, 0.8))
        for widget in (self.task, self.engine, self.similarity, self.temperature,
                       row("Nu&mber of variations", self.count), self.locks, self.scale, self.seed):
            column.addWidget(widget)
        column.addStretch(1)

    def _connect(self, state: PanelState) -> None:
        self.engine.chosen.connect(lambda name: state.change(engine=name))
        self.similarity.moved.connect(lambda value: state.change(similarity=value))
        self.temperature.moved.connect(lambda value: state.change(temperature=value))
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
        self.similarity.show_value(wish.similarity)
        self.similarity.setEnabled(wish.task != "continue")
        self.temperature.show_value(wish.temperature)
        self.locks.show_locks(wish.locks)
        self.scale.show_scale(wish.scale)
        self.seed.show_seed(wish.seed, wish.seed_locked)
        show_number(self.count, wish.count)

    def _show_engines(self) -> None:
        self._listed_for = self._state.wish.task
        self.engine.show_engines(self._state.engines, self._state.wish.task)

    def _show_prompt(self, prompt: Prompt | None) -> None:
        self.scale.show_found(prompt.key if prompt else "")


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
            self.setFixedWidth(max(form.minimumSizeHint().width(), gap(self, 18)) + bar.sizeHint().width() + 1)
