"""What went wrong, the newest in view and all of it in a menu; its place is kept, so that nothing jumps."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QApplication, QWidget

from gui.controls.pieces.elided_label import ElidedLabel
from gui.language.say import say
from gui.layout import add_entry, button, context_menu, row
from gui.state.panel_state import PanelState


class ErrorList(QWidget):
    """Follows the state's errors."""

    def __init__(self, state: PanelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.words = ElidedLabel()
        self.words.setObjectName("error")
        self.words.setAccessibleName(say("Last error"))
        self.every = button("", say("All errors"), say("All errors; choose one to copy it."), self._open)
        self.dismiss = button(say("Dismiss"), say("Dismiss all errors"), then=lambda: state.dismiss())
        for each in (self.every, self.dismiss):
            each.setObjectName("flat")
            policy = each.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            each.setSizePolicy(policy)
        self.setLayout(row(self, self.words, self.every, self.dismiss, space=0.3, wide=self.words))
        state.errors_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        errors = self._state.errors
        self.words.setText(f"⚠ {say(errors[-1])}" if errors else "")
        self.every.setText(say("All ({count})", count=len(errors)))
        self.every.setVisible(len(errors) > 1)
        self.dismiss.setVisible(bool(errors))

    def _open(self) -> None:
        menu, clipboard = context_menu(self), QApplication.clipboard()
        for sentence in reversed(self._state.errors):
            add_entry(menu, say(sentence), partial(clipboard.setText, sentence) if clipboard else None)
        menu.popup(self.every.mapToGlobal(QPoint(0, -menu.sizeHint().height())))
