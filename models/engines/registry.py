"""The register of engines: each a room, loaded when first asked for, and who is asked first.

A room has two modules: ``card`` with ``cards() -> tuple[EngineCard, ...]``, which loads no torch and reads no weights,
and ``generator`` with ``load(name) -> Engine``, which reads them, without torch as well: that is training's. A room may
offer several engines (the user's own adaptations of one network).

Offers: ``cards``, ``load``, ``in_order``; ``Engines``, which keeps them once loaded.
"""

from __future__ import annotations

import gc
import time
from dataclasses import replace
from importlib import import_module
from threading import Lock, Thread, main_thread

from models.generator import Engine, EngineCard, Task
from models.music.clip import Role
from models.music.errors import BadValue, ClipkinError, EngineUnavailable

ROOMS = tuple(f"models.engines.{name}" for name in ("gan", "harmony", "kin", "lstm", "rnn", "rules", "vae"))
"""Where engines are at home."""

FALLBACK = "rules"
"""The engine that needs nothing, and so serves when no other can."""

PREFERRED = ("kin",)
"""Who is waited for, or stood in for by the fallback while the weights load."""

_ORDER = (*PREFERRED, FALLBACK, "vae", "lstm", "rnn", "gan")
_BETTER: dict[Task, str] = {"humanise": FALLBACK}
"""Who goes first where readers kept more of it: a hand that leaves accents and pocket what they are."""


def in_order(task: Task, role: Role | None) -> tuple[str, ...]:
    """The engines in the order in which they are asked for a task and a role; others come behind them."""
    first = _BETTER.get(task)
    return tuple(dict.fromkeys(filter(None, (first, *_ORDER))))


def _cards_by_room() -> dict[str, tuple[EngineCard, ...]]:
    return {room: import_module(f"{room}.card").cards() for room in ROOMS}


def cards() -> tuple[EngineCard, ...]:
    """Every engine's card, by name; cheap, asked anew each time since weights may come and go."""
    return tuple(
        sorted((card for offered in _cards_by_room().values() for card in offered), key=lambda card: card.name)
    )


def load(name: str) -> Engine:
    """The engine of that name, with its weights.

    Raises BadValue for a name that no room offers, EngineUnavailable when its weights are missing or damaged.
    """
    known = _cards_by_room()
    for room, offered in known.items():
        for card in offered:
            if card.name != name:
                continue
            if not card.available:
                raise EngineUnavailable(f'The engine "{name}" is not available: {card.reason}', field="engine")
            engine: Engine = import_module(f"{room}.generator").load(name)
            return engine
    names = ", ".join(sorted(card.name for offered in known.values() for card in offered))
    raise BadValue(f'The engine "{name}" is not known; choose one of {names}, or auto.', field="engine")


def _load_beside_work(name: str) -> Engine:
    """``load`` in a server that answers others meanwhile: nothing here holds its threads up for long.

    What is loaded stays, and looking for garbage among so many new objects would take half a second at a time.
    """
    gc.disable()
    try:
        return load(name)
    finally:
        gc.freeze()
        gc.enable()


_LOOK_S = 0.01


class Engines:
    """Engines by name, each loaded once, by one caller or in the background.

    patient: what must be loaded first is waited for (a command that runs once); else ``ready`` begins to load it and
    says no (a server whose user has pressed a button)
    """

    def __init__(self, *, patient: bool = False) -> None:
        self._patient = patient
        self._loaded: dict[str, Engine] = {}
        self._loading: set[str] = set()
        self._failed: dict[str, ClipkinError] = {}
        self._lock = Lock()

    def cards(self) -> tuple[EngineCard, ...]:
        """Every engine's card; one whose weights turned out to be damaged is listed with the reason."""
        return tuple(
            replace(card, reason=self._failed[card.name].sentence) if card.name in self._failed else card
            for card in cards()
        )

    def get(self, name: str) -> Engine:
        """The engine, loaded now if it isn't yet; raises as ``load`` does."""
        if name not in self._loaded:
            if self._patient:
                self._load(name)
            else:
                # Beside the caller, who may be called off meanwhile: half an import can't be undone.
                self.load_in_background(name)
                while name in self._loading:
                    time.sleep(_LOOK_S)
            if name in self._failed:
                raise self._failed[name]
        return self._loaded[name]

    def _load(self, name: str) -> None:
        # Loaded outside the lock: while a network is being read, the others go on playing.
        try:
            engine = load(name) if self._patient else _load_beside_work(name)
        except ClipkinError as problem:
            self._failed[name] = problem
            return
        with self._lock:
            self._failed.pop(name, None)
            self._loaded.setdefault(name, engine)

    def ready(self, name: str) -> bool:
        """May the engine be asked now? Where it may not, its loading has begun, for the next time."""
        if self._patient or name in self._loaded or name == FALLBACK:
            return True
        self.load_in_background(name)
        return False

    def load_in_background(self, name: str) -> None:
        """Begin to load an engine; what goes wrong stands on its card."""
        with self._lock:
            if name in self._loading or name in self._loaded:
                return
            self._loading.add(name)

        def load_it() -> None:
            try:
                self._load(name)
            except Exception as mistake:
                # A process that is ending lets nobody import any more; nobody waits for this engine either.
                if main_thread().is_alive():
                    self._failed[name] = EngineUnavailable(
                        f"{name} can't be loaded ({mistake}); see `clipkin doctor`.", field="engine"
                    )
                    raise
            finally:
                self._loading.discard(name)

        # Not a daemon: a process that ends while libraries are being loaded would be aborted.
        Thread(target=load_it, name=f"load {name}").start()
