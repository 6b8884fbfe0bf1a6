"""The options of each task, made of its row in the table, and the request that they make.

Offers: ``add`` and its reverse ``to_request``; ``add_prompt``, ``read_prompt`` for commands that read one clip.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from pathlib import Path
from typing import Any

from models import midi_file
from models.analysis.key import FEWEST, clip_scale
from models.constraints.continuation import DEFAULT_BARS
from models.generator import BASSES, DENSITIES, FLAGS, LARGEST_SEED, OUTSIDE_NOTES, Locks, Request
from models.harmony.requests import temperature_of
from models.music import pitch
from models.music.beats import Metre
from models.music.chord import TimedChord
from models.music.chord_track import parse_chord_track
from models.music.clip import ROLES, Clip, Role
from models.music.errors import BadValue, EmptyClip
from models.music.scale import Scale
from models.tasks.table import TABLE, Row, Task

AUTO, OFF = "auto", "off"
COUNTER = "counter"
"""What the melody is called among accompaniments, too."""

_OPTIONS: dict[str, dict[str, Any]] = {
    "similarity": {"type": float, "help": "0-1, 1 is the clip itself (as the task likes it)"},
    "temperature": {"type": float, "default": 1.0, "help": "how daring, 0.1-2 (1.0)"},
    "mood": {"default": "", "metavar": "WORDS", "help": 'for example "romantic", "a little darker", 浪漫'},
    "density": {"choices": DENSITIES, "default": "same", "help": "sparser, the same, busier"},
    "range": {"metavar": "LOW:HIGH", "help": "pitches of new notes, for example 48:72 or C2:C4"},
    "polyphony": {"type": int, "metavar": "N", "help": "most notes at once where new ones are"},
    "region": {"metavar": "START:END", "help": "only notes that begin there, in beats, may change"},
    "select": {"metavar": "NOTES", "help": "only these notes may change: 1,4-6, counted in time order"},
    "outside": {
        "choices": OUTSIDE_NOTES,
        "default": "keep",
        "help": "what becomes of the clip's own notes outside the scale (keep)",
    },
    "bars": {"type": int, "help": "how long (as it fits)"},
    "tempo": {"type": float, "help": "quarter notes a minute (as the context, else 120)"},
    "metre": {"help": "time signature (as the context, else 4/4)"},
    "chords": {"metavar": "CHORDS", "help": 'the harmony, in bars: "Am9 | Dm9 | G7 . . G7b9 | C" (as it is heard)'},
    "voices": {"type": int, "help": "notes in a chord, 2-8"},
    "bass": {"choices": BASSES, "help": "where the chord's bass lies"},
    "every": {"type": float, "metavar": "BEATS", "help": "from one chord to the next; as it fits"},
    "amount": {
        "type": float,
        "metavar": "0-1",
        "help": "groove: how far towards the drummer (1); busier, sparser: hits for each hit (0.5)",
    },
}
"""Options that make one field of a request, where the task takes it; what isn't here is said in ``add``."""
_FIELDS = {"select": "selected"}
"""What a request calls an option's field where it has another name."""


def add(parser: argparse.ArgumentParser, task: Task) -> None:
    """Declare what a task reads and takes."""
    row = TABLE[task]
    _add_clips(parser, row)
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR", help="folder for the results")
    seed = "0" if row.ranked else "random"
    parser.add_argument("--seed", type=int, help=f"the same seed gives the same notes, another others ({seed})")
    parser.add_argument("--engine", default=AUTO, metavar="NAME", help="see `clipkin engines` (auto)")
    parser.add_argument(
        "--scale", default=AUTO, metavar='auto|off|"A minor"', help="new notes stay in it; auto takes the clip's key"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="the results drawn")
    if "count" in row.takes:
        count, what = ("steps", "clips, both ends among them (5)") if row.reads == "pair" else ("count", "results (4)")
        parser.add_argument(f"--{count}", dest="count", type=int, default=5 if row.reads == "pair" else 4, help=what)
    roles = (*row.parts, *([COUNTER] if row.of_scene else [])) if row.parts else ROLES
    what = f"the part ({row.parts[0]})" if row.parts else "what the clip is (auto)"
    parser.add_argument("--role", choices=(AUTO, *roles), default=AUTO, help=what)
    if row.locks:
        lanes = ",lane:38" if row.keeps_lanes else ""
        kept = ",".join(flag for flag in FLAGS if flag in row.locks)
        parser.add_argument("--lock", default="", metavar="NAMES", help=f"what must not change: {kept}{lanes}")
    if "context" in row.takes and not row.of_scene:
        parser.add_argument(
            "--context", type=Path, nargs="+", default=[], metavar="OTHER.mid", help="clips that play at the same time"
        )
    for name, option in _OPTIONS.items():
        if _FIELDS.get(name, name) in row.takes:
            parser.add_argument(f"--{name}", **option)
    if task == "harmonise":
        parser.add_argument("--colour", type=float, help="0 the key's triads, 0.3 the usual, 1 whatever fits")
    for kind in row.words:
        known = ", ".join(word for word in kind.known if kind.kind != "lane" or not word.isdecimal())
        shape = "NAME|FILE.toml" if kind.kind == "plan" else "WORDS"
        parser.add_argument(f"--{kind.kind}", default="", metavar=shape, help=known.replace("%", "%%"))


def _add_clips(parser: argparse.ArgumentParser, row: Row) -> None:
    if row.reads == "pair":
        parser.add_argument("prompt", metavar="A.mid", type=Path, help="the first clip")
        parser.add_argument("second", metavar="B.mid", type=Path, help="the clip that it becomes")
    elif row.of_scene:
        parser.add_argument(
            "prompt", metavar="CLIP.mid", type=Path, nargs="+", help="the clips that play; one file may have several"
        )
    elif row.clips[1]:
        add_prompt(parser)


def add_prompt(parser: argparse.ArgumentParser) -> None:
    """The .mid file to work on."""
    parser.add_argument("prompt", metavar="IN.mid", type=Path, help="the clip")
    parser.add_argument("--track", type=int, metavar="N", help="take this track of the file, counted from 1")
    parser.add_argument("--channel", type=int, metavar="N", help="take this channel of the file, 1-16")


def read_prompt(arguments: argparse.Namespace) -> Clip:
    """The prompt's file as a clip."""
    return midi_file.read(arguments.prompt, track=arguments.track, channel=arguments.channel)


def to_request(arguments: argparse.Namespace, task: Task) -> Request:
    """The request that the options make; raises BadValue, EmptyClip, UnreadableFile."""
    row, given = TABLE[task], vars(arguments)
    if row.narrowed and given["region"] is None and given["select"] is None:
        raise BadValue("Say where with --region START:END (beats) or --select NOTES.", field="region")
    prompts, context = _clips(arguments, row)
    role = _role(arguments.role)
    seed = 0 if row.ranked else random.SystemRandom().randint(0, LARGEST_SEED)
    plan = given.get("plan", "")
    metre = Metre.parse(given["metre"]) if given.get("metre") else None
    values: dict[str, Any] = {
        _FIELDS.get(name, name): given[name] for name in _OPTIONS if given.get(name) is not None
    } | {
        "locks": Locks.parse(given.get("lock", "")),
        "region": _span(given.get("region")),
        "selected": _selected(given.get("select")),
        "range": _pitch_range(given.get("range")),
        "scale": _scale(arguments.scale, row, prompts, context, role, given.get("mood", "")),
        "metre": metre,
        "chords": _chords(given.get("chords"), (*prompts, *context), given.get("bars"), metre, task),
        "style": _words(given, row),
        "plan": _own_plan(Path(plan)) if plan.endswith(".toml") else "",
    }
    if given.get("colour") is not None:
        values["temperature"] = temperature_of(given["colour"])
    return Request(
        task=task,
        prompts=prompts,
        context=context,
        role=role,
        count=given.get("count", 1),
        seed=seed if arguments.seed is None else arguments.seed,
        **values,
    )


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
    return parse_chord_track(text, bar, (clips[0].length if clips and task != "generate" else 0.0) + more)


def _clips(arguments: argparse.Namespace, row: Row) -> tuple[tuple[Clip, ...], tuple[Clip, ...]]:
    """Prompts and context. Of a song the first track is the prompt; a part is for all clips alike."""
    if row.of_scene:
        clips = tuple(clip for path in arguments.prompt for clip in midi_file.read_tracks(path))
        if not clips:
            raise EmptyClip("There is nothing to work on; choose clips with notes.", field="prompts")
        return (clips[: row.clips[0]], clips[row.clips[0] :])
    context = tuple(midi_file.read(path) for path in vars(arguments).get("context", ()))
    if row.reads == "pair":
        return (midi_file.read(arguments.prompt), midi_file.read(arguments.second)), context
    return (read_prompt(arguments),) if row.clips[1] else (), context


def _role(text: str) -> Role | None:
    return None if text == AUTO else "melody" if text == COUNTER else text  # type: ignore[return-value]  # choices


def _scale(
    text: str, row: Row, prompts: tuple[Clip, ...], context: tuple[Clip, ...], role: Role | None, mood: str
) -> Scale | None:
    if text == OFF or (text == AUTO and not row.locks_key(role == "drums", mood)):
        return None
    if text != AUTO:
        return Scale.parse(text)
    clip = prompts[0] if prompts else Clip((), 4.0)
    if clip.key:
        return Scale.parse(clip.key)
    heard = [other for other in (clip, *context) if not other.drums]
    if sum(len(other.notes) for other in heard) < FEWEST:
        return None  # too short to tell: a wrong scale is worse than none
    return clip_scale(clip, context)


def _words(given: dict[str, Any], row: Row) -> str:
    """The style words of all options; a drum is said after what is made of it."""
    return " ".join(
        word
        for kind in row.words
        for word in given[kind.kind].replace(",", " ").split()
        if not (kind.kind == "plan" and word.endswith(".toml"))
    )


def _own_plan(path: Path) -> str:
    """The text of a plan of the user's own, which says what it is called; raises BadValue."""
    try:
        return f"name = {json.dumps(path.stem)}\n{path.read_text(encoding='utf-8')}"
    except (OSError, UnicodeDecodeError):
        raise BadValue(f'The plan "{path.name}" can\'t be read; check the name.', field="plan") from None


def _span(text: str | None) -> tuple[float, float] | None:
    """START:END in beats; raises BadValue."""
    if text is None:
        return None
    try:
        start, end = (float(part) for part in text.split(":"))
    except ValueError:
        raise BadValue(f'The region "{text}" is not start:end in beats, for example 4:8.', field="region") from None
    if not (math.isfinite(start) and math.isfinite(end)):
        raise BadValue(f'The region "{text}" must have finite ends, for example 4:8.', field="region")
    return start, end


def _pitch_range(text: str | None) -> tuple[int, int] | None:
    """LOW:HIGH as pitches, by number or name; raises BadValue."""
    if text is None:
        return None
    low, colon, high = text.partition(":")
    if not colon:
        raise BadValue(f'The range "{text}" is not low:high, for example 48:72 or C2:C4.', field="range")
    return pitch.parse(low), pitch.parse(high)


def _selected(text: str | None) -> frozenset[int] | None:
    if text is None:
        return None
    chosen: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()) or int(first) < 1:
            raise BadValue(
                f'The selection "{text}" is not a list of note numbers, for example 1,4-6.', field="selected"
            )
        if int(last or first) - int(first) > 100_000:
            raise BadValue(f'The selection "{text}" is longer than any clip.', field="selected")
        chosen.update(range(int(first) - 1, int(last or first)))
    return frozenset(chosen)
