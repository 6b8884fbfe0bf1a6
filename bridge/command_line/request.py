"""The request that a task's options make, and files as clips: MIDI is read, a recording is listened to.

Offers: ``to_request``, the reverse of ``command.of_task``; ``read_prompt`` for commands that read one clip;
``read_clip``, ``read_clips``, ``listen``.
"""

import argparse
import json
import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.command_line.command import AUTO, COUNTER, FIELDS, OFF
from models import midi_file
from models.analysis.key import FEWEST, clip_scale
from models.constraints.continuation import DEFAULT_BARS
from models.generator import LARGEST_SEED, Locks, Request
from models.harmony.symbols import temperature_of
from models.listening.audio import ENDINGS
from models.listening.hear import Wish
from models.music import pitch
from models.music.beats import Metre
from models.music.chord import TimedChord
from models.music.chord_track import parse_chord_track
from models.music.clip import Clip, Role
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale
from models.tasks.table import TABLE, Row, Task


def read_clip(path: Path, track: int | None = None, channel: int | None = None) -> Clip:
    """The file as one clip; raises UnreadableFile, BadValue, and of recordings EmptyClip, EngineUnavailable."""
    return listen(path) if path.suffix.lower() in ENDINGS else midi_file.read(path, track=track, channel=channel)


def read_clips(path: Path) -> tuple[Clip, ...]:
    """A clip for each track of the file; a recording is one. Raises as ``read_clip``."""
    return (listen(path),) if path.suffix.lower() in ENDINGS else midi_file.read_tracks(path)


def listen(path: Path, wish: Wish | None = None) -> Clip:
    """What is heard in a recording; what is wrong with it is said with its name."""
    from models.listening.audio import read_recording
    from models.listening.hear import hear

    if path.suffix.lower() not in ENDINGS:
        raise BadValue(f'"{path}" is no recording; give a file that ends in {", ".join(ENDINGS)}.')
    recording = read_recording(path)
    try:
        return hear(recording, wish, path.stem)
    except EmptyClip as problem:
        raise EmptyClip(problem.sentence.replace("the recording", f'"{path}"', 1)) from None


def read_prompt(arguments: argparse.Namespace) -> Clip:
    """The prompt's file as a clip; of a recording what is heard in it."""
    return read_clip(arguments.prompt, arguments.track, arguments.channel)


def to_request(arguments: argparse.Namespace, task: Task) -> Request:
    """The request that the options make; raises BadValue, EmptyClip, UnreadableFile."""
    row, given = TABLE[task], vars(arguments)
    if row.narrowed and given["region"] is None and given["select"] is None:
        raise BadValue("Say where with --region START:END (beats) or --select NOTES.", field="region")
    prompts, context = _clips(arguments, row)
    role = {AUTO: None, COUNTER: "melody"}.get(arguments.role, arguments.role)
    seed = 0 if row.ranked else random.SystemRandom().randint(0, LARGEST_SEED // 2)
    plan = given.get("plan", "")
    said = (given[kind.kind].replace(",", " ").split() for kind in row.words)  # a drum behind what is made of it
    values: dict[str, Any] = {
        field: _READ[field](given[name]) if field in _READ else given[name]
        for name, field in FIELDS.items()
        if given.get(name) is not None
    }
    values |= {
        "count": given.get("count", 1),
        "seed": seed if arguments.seed is None else arguments.seed,
        "locks": Locks.parse(given.get("lock", "")),
        "scale": _scale(arguments.scale, row, prompts, context, role, given.get("mood", "")),
        "chords": _chords(given.get("chords"), (*prompts, *context), given.get("bars"), values.get("metre"), task),
        "style": " ".join(word for words in said for word in words if not word.endswith(".toml")),
        "plan": _own_plan(Path(plan)) if plan.endswith(".toml") else "",
    }
    if given.get("colour") is not None:
        values["temperature"] = temperature_of(given["colour"])
    return Request(task=task, prompts=prompts, context=context, role=role, **values)


def _chords(
    text: str | None, clips: tuple[Clip, ...], bars: int | None, metre: Metre | None, task: Task
) -> tuple[TimedChord, ...]:
    """The user's harmony over the clip, and over the bars that a task adds; raises BadValue."""
    if text is None:
        return ()
    bar = (metre or (clips[0].metre if clips else Metre())).bar
    if task in ("accompany", "arrange"):
        # Clips that loop beside each other: the harmony is as long as the longest, and as it is written.
        written = bar * (text.strip().strip("|").count("|") + 1)
        return parse_chord_track(text, bar, max(written, *(clip.length for clip in clips)))
    more = (bars or DEFAULT_BARS) * bar if task in ("continue", "generate") else 0.0
    clip = clips[0] if clips and task != "generate" else None
    pickup = clip.pickup if clip else 0.0
    found = parse_chord_track(text, bar, (clip.length - pickup if clip else 0.0) + more)
    # What is written over the first bar is heard in the pickup, too.
    return tuple(
        each._replace(onset=each.onset + pickup) if place else each._replace(duration=each.duration + pickup)
        for place, each in enumerate(found)
    )


def _clips(arguments: argparse.Namespace, row: Row) -> tuple[tuple[Clip, ...], tuple[Clip, ...]]:
    """Prompts and context. Of a song the first track is the prompt; a part is for all clips alike."""
    if row.of_scene:
        clips = tuple(clip for path in arguments.prompt for clip in read_clips(path))
        if not clips:
            raise EmptyClip("There is nothing to work on; choose clips with notes.", field="prompts")
        return (clips[: row.clips[0]], clips[row.clips[0] :])
    context = tuple(clip for path in vars(arguments).get("context", ()) for clip in read_clips(path))
    if row.reads == "pair":
        return (read_clip(arguments.prompt), read_clip(arguments.second)), context
    return (read_prompt(arguments),) if row.clips[1] else (), context


def _scale(
    text: str, row: Row, prompts: tuple[Clip, ...], context: tuple[Clip, ...], role: Role | None, mood: str
) -> Scale | None:
    if text == OFF or (text == AUTO and not row.locks_key(role == "drums", mood)):
        return None
    if text != AUTO:
        return Scale.parse(text)
    clip = prompts[0] if prompts else Clip((), 4.0)
    heard = [other for other in (clip, *context) if not other.drums]
    if not clip.key and sum(len(other.notes) for other in heard) < FEWEST:
        return None  # too short to tell: a wrong scale is worse than none
    return clip_scale(clip, context)


def _own_plan(path: Path) -> str:
    """The text of a plan of the user's own, which says what it is called; raises BadValue."""
    try:
        return f"name = {json.dumps(path.stem)}\n{path.read_text(encoding='utf-8')}"
    except (OSError, UnicodeDecodeError):
        raise BadValue(f'The plan "{path.name}" can\'t be read; check the name.', field="plan") from None


def _span(text: str) -> tuple[float, float]:
    """START:END in beats; raises BadValue."""
    try:
        start, end = (float(part) for part in text.split(":"))
    except ValueError:
        raise BadValue(f'The region "{text}" is not start:end in beats, for example 4:8.', field="region") from None
    if not (math.isfinite(start) and math.isfinite(end)):
        raise BadValue(f'The region "{text}" must have finite ends, for example 4:8.', field="region")
    return start, end


def _pitch_range(text: str) -> tuple[int, int]:
    """LOW:HIGH as pitches, by number or name; raises BadValue."""
    low, colon, high = text.partition(":")
    if not colon:
        raise BadValue(f'The range "{text}" is not low:high, for example 48:72 or C2:C4.', field="range")
    return pitch.parse(low), pitch.parse(high)


def _selected(text: str) -> frozenset[int]:
    """Indices of the notes that are counted from 1: "1,4-6"; raises BadValue."""
    chosen: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"\s*(0*[1-9]\d*)(?:-(\d+))?\s*", part)
        if not found:
            wrong = f'The selection "{text}" is not a list of note numbers, for example 1,4-6.'
            raise BadValue(wrong, field="selected")
        first, last = int(found[1]), int(found[2] or found[1])
        if last - first > 100_000:
            raise BadValue(f'The selection "{text}" is longer than any clip.', field="selected")
        chosen.update(range(first - 1, last))
    return frozenset(chosen)


_READ: dict[str, Callable[[str], Any]] = {
    "region": _span,
    "range": _pitch_range,
    "selected": _selected,
    "metre": Metre.parse,
}
"""What the options of a request's fields are written in, where argparse doesn't read it."""
