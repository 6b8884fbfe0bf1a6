"""A fake ``Live`` module, made from the published signatures, less kind than Live: whatever isn't known to work fails.

One profile for each Live: a member that it lacks is an AttributeError. Each access makes a new object; arguments of the
wrong kind are an ArgumentError; changes outside the main thread, or while ``world.forbidding`` counts down, refused.
Every change is in ``world.changes``, every call costs time in ``world.cost_s``.
"""

from __future__ import annotations

import threading
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

FORBIDDEN = "Changes cannot be triggered by notifications. You will need to defer your response."
NOTE_COST_S, READ_COST_S, CHANGE_COST_S = 1e-6, 5e-6, 3e-4


class ArgumentError(TypeError):
    """Boost's word for arguments that don't fit the C++ signature, and for reading what is gone."""


class LimitationError(Exception):
    """An edition's limit."""


class Profile(NamedTuple):
    name: str
    lacks: frozenset[str]
    create_clip_gives: bool
    arrangement_gives: bool = False


_TAKE_LANES = {"Track.take_lanes", "Track.create_take_lane", "Clip.is_take_lane_clip", "Clip.is_session_clip"}
_SCALE = {"Song.scale_mode", "Track.create_midi_clip"}
PROFILES = {
    profile.name: profile
    for profile in (
        Profile("11.0", frozenset(_TAKE_LANES | _SCALE | {"Clip.get_all_notes_extended"}), False),
        Profile("11.1", frozenset(_TAKE_LANES | _SCALE), False),
        Profile("11.3", frozenset(_TAKE_LANES | _SCALE), True),
        Profile("12.0", frozenset(_TAKE_LANES | _SCALE), False),
        Profile("12.1", frozenset(_TAKE_LANES), True),
        Profile("12.4", frozenset(), True, True),
    )
}


class World:
    """One running Live: its profile, its main thread, and what was done to it."""

    def __init__(self, profile: str = "12.4", most_scenes: int = 1000) -> None:
        from tests.max_for_live.live_script.fake_set import Song

        self.profile, self.most_scenes = PROFILES[profile], most_scenes
        self.thread = threading.get_ident()
        self.changes: list[str] = []
        self.steps, self.open_steps, self.forbidding, self.cost_s, self.next_id = 0, 0, 0, 0.0, 1
        self.timers: list[Timer] = []
        self.loses_notes = False
        self.song = Song(self)

    def read(self) -> None:
        self.cost_s += READ_COST_S
        if threading.get_ident() != self.thread:
            raise RuntimeError("Live's objects belong to the main thread")

    def change(self, what: str) -> None:
        self.read()
        self.cost_s += CHANGE_COST_S
        if self.forbidding:
            raise RuntimeError(FORBIDDEN)
        if not self.open_steps:
            self.steps += 1
        self.changes.append(what)


class Vector:
    """Live's containers: neither list nor tuple, read-only."""

    def __init__(self, items: Any) -> None:
        self._items = [wrapped(item) for item in items]

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Any:
        return self._items[place]

    def __iter__(self) -> Any:
        return iter(self._items)


class Wrapper:
    """What a script holds of an object: a new one at each access."""

    __slots__ = ("_thing",)

    def __init__(self, thing: Any) -> None:
        object.__setattr__(self, "_thing", thing)

    def __getattr__(self, name: str) -> Any:
        thing = object.__getattribute__(self, "_thing")
        thing.check(name)
        if name in thing.CALLS:
            return lambda *arguments: wrapped(thing.call(name, arguments))
        if name not in thing.MEMBERS:
            raise AttributeError(f"'{type(thing).__name__}' object has no attribute '{name}'")
        return wrapped(getattr(thing, name))

    def __setattr__(self, name: str, value: Any) -> None:
        thing = object.__getattribute__(self, "_thing")
        thing.check(name)
        if name not in thing.WRITABLE:
            raise AttributeError(f"can't set attribute '{name}'")
        if type(value) is not thing.WRITABLE[name]:
            raise ArgumentError(f"{name} takes {thing.WRITABLE[name].__name__}, not {value!r}")
        thing.world.change(f"{thing.label}.{name}")
        thing.set(name, value)

    def __eq__(self, other: object) -> bool:
        thing = object.__getattribute__(self, "_thing")
        return thing.gone if other is None else isinstance(other, Wrapper) and thing is real(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]


def real(wrapper: Any) -> Any:
    return object.__getattribute__(wrapper, "_thing")


def wrapped(value: Any) -> Any:
    if isinstance(value, Thing):
        return Wrapper(value)
    return Vector(value) if isinstance(value, list) else value


class Thing:
    """One of Live's objects. MEMBERS may be read, WRITABLE set, CALLS called with arguments of these kinds."""

    MEMBERS: tuple[str, ...] = ()
    WRITABLE: dict[str, type] = {}
    CALLS: dict[str, tuple[type, ...]] = {}
    label = ""

    def __init__(self, world: World, **values: Any) -> None:
        self.world, self.gone = world, False
        self.__dict__.update(values)

    def check(self, name: str) -> None:
        self.world.read()
        if self.gone:
            raise ArgumentError(f"Python argument types in None.{name} did not match C++ signature")
        if f"{type(self).__name__}.{name}" in self.world.profile.lacks:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def call(self, name: str, arguments: tuple[Any, ...]) -> Any:
        kinds = self.CALLS[name]
        if tuple(map(type, arguments)) != kinds:
            raise ArgumentError(f"Python argument types in {name}{arguments!r} did not match C++ signature")
        self.check(name)
        return getattr(self, name)(*arguments)

    def set(self, name: str, value: Any) -> None:
        setattr(self, name, value)


class Timer:
    """Live.Base.Timer: an exception in the callback stops it for ever."""

    def __init__(self, world: World, callback: Any, interval: int, repeat: bool = False, start: bool = False) -> None:
        assert (interval, repeat) == (10, True)
        self.callback, self.running = callback, start
        world.timers.append(self)

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


class Instance:
    """``c_instance``: nothing but what is known of it."""

    def __init__(self, world: World) -> None:
        self._world, self.messages, self.log = world, [], []  # type: ignore[var-annotated]

    def song(self) -> Any:
        return wrapped(self._world.song)

    def show_message(self, text: str) -> None:
        assert isinstance(text, str)
        self.messages.append(text)

    def log_message(self, text: str) -> None:
        self.log.append(text)


def module(world: World) -> ModuleType:
    """What ``import Live`` gives."""
    from tests.max_for_live.live_script.fake_set import MidiNoteSpecification

    live = ModuleType("Live")
    live.Base = SimpleNamespace(  # type: ignore[attr-defined]
        Timer=lambda *arguments: Timer(world, *arguments), LimitationError=LimitationError
    )
    live.Application = SimpleNamespace(  # type: ignore[attr-defined]
        get_application=lambda: SimpleNamespace(
            get_major_version=lambda: int(world.profile.name.split(".")[0]),
            get_minor_version=lambda: int(world.profile.name.split(".")[1]),
            get_bugfix_version=lambda: 0,
        )
    )
    live.Clip = SimpleNamespace(MidiNoteSpecification=MidiNoteSpecification)  # type: ignore[attr-defined]
    return live
