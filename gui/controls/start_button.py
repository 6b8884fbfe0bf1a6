"""The one button that does it: says what it does, and why it can't when it can't."""

from __future__ import annotations

from PyQt6.QtWidgets import QPushButton, QWidget

from gui.state.panel_state import PanelState
from gui.state.tasks import SHEETS


class StartButton(QPushButton):
    """Follows the state; ``clicked`` is the wish to begin."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setObjectName("start")
        self.setAccessibleName("Make the variations")
        for signal in (
            state.wish_changed,
            state.prompt_changed,
            state.second_changed,
            state.context_changed,
            state.server_changed,
            state.work_changed,
        ):
            signal.connect(self._show)
        self._show()

    def _show(self) -> None:
        reason = self._state.why_not
        self.setText(SHEETS[self._state.wish.task].verb)
        self.setEnabled(not reason)
        self.setToolTip(reason or "Make the variations (Ctrl+Return).")
        self.setAccessibleDescription(reason)
