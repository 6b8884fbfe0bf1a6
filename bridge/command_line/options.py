"""Options that several commands share, and the request that they make."""

from __future__ import annotations

import argparse
import math
import random
from pathlib import Path

from models import midi_file
from models.analysis.key import FEWEST, clip_scale
from models.generator import DENSITIES, LARGEST_SEED, MOST_VARIATIONS, OUTSIDE_NOTES, Locks, Request, Task
from models.music import pitch
from models.music.clip import ROLES, Clip
from models.music.errors import BadValue
from models.music.scale import Scale

AUTO, OFF = "auto", "off"


def add_prompt(parser: argparse.ArgumentParser, *, name: str = "prompt", help_text: str = "the clip") -> None:
    """The .mid file to work on."""
    parser.add_argument(name, metavar="IN.mid", type=Path, help=help_text)
    parser.add_argument("--track", type=int, metavar="N", help="take this track of the file, counted from 1")
    parser.add_argument("--channel", type=int, metavar="N", help="take this channel of the file, 1-16")


def add_making(parser: argparse.ArgumentParser) -> None:
    """What every task takes."""
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR", help="folder for the results")
    parser.add_argument("--count", type=int, default=4, help="how many results (4)")
    parser.add_argument("--seed", type=int, help="the same seed gives the same notes; random when left out")
    parser.add_argument("--engine", default=AUTO, metavar="NAME", help="see `clipkin engines` (auto)")
    parser.add_argument("--temperature", type=float, default=1.0, help="how daring, 0.1-2 (1.0)")
    parser.add_argument(
        "--scale",
        default=AUTO,
        metavar='auto|off|"A minor"',
        help="new notes stay in this scale; auto takes the clip's key",
    )
    parser.add_argument(
        "--mood",
        default="",
        metavar="WORDS",
        help='for example "romantic", "a little darker", 浪漫; words become the other settings',
    )
    parser.add_argument("--density", choices=DENSITIES, default="same", help="sparser, the same, busier")
    parser.add_argument("--range", metavar="LOW:HIGH", help="pitches of new notes, for example 48:72 or C2:C4")
    parser.add_argument("--polyphony", type=int, metavar="N", help="most notes at once where new ones are")
    parser.add_argument("--role", choices=(AUTO, *ROLES), default=AUTO, help="what the clip is (auto)")
    parser.add_argument(
        "--context", type=Path, nargs="+", default=[], metavar="OTHER.mid", help="clips that play at the same time"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def add_changing(parser: argparse.ArgumentParser) -> None:
    """What a task takes that changes notes of the prompt."""
    parser.add_argument(
        "--lock",
        default="",
        metavar="NAMES",
        help="what must not change: rhythm,pitch,contour,velocity,top,bass,lane:38",
    )
    parser.add_argument("--region", metavar="START:END", help="only notes that begin there, in beats, may change")
    parser.add_argument("--select", metavar="NOTES", help="only these notes may change: 1,4-6, counted in time order")
    parser.add_argument(
        "--outside",
        choices=OUTSIDE_NOTES,
        default="keep",
        help="what becomes of the clip's own notes outside the scale (keep)",
    )


def read_prompt(arguments: argparse.Namespace) -> Clip:
    """The prompt's file as a clip."""
    return midi_file.read(arguments.prompt, track=arguments.track, channel=arguments.channel)


def to_request(arguments: argparse.Namespace, task: Task, prompts: tuple[Clip, ...]) -> Request:
    """The request that the options make; raises BadValue."""
    context = tuple(midi_file.read(path) for path in arguments.context)
    given = vars(arguments)
    seed = random.SystemRandom().randint(0, LARGEST_SEED) if arguments.seed is None else arguments.seed
    role = None if arguments.role == AUTO else arguments.role
    return Request(
        task=task,
        prompts=prompts,
        locks=Locks.parse(given.get("lock", "")),
        region=span(given.get("region"), "region"),
        selected=_selected(given.get("select")),
        outside=given.get("outside", "keep"),
        mood=arguments.mood,
        scale=_scale(arguments.scale, prompts, context, role, arguments.mood),
        similarity=given.get("similarity"),
        temperature=arguments.temperature,
        density=arguments.density,
        range=pitch_range(arguments.range),
        polyphony=arguments.polyphony,
        bars=given.get("bars"),
        count=arguments.count,
        seed=seed,
        context=context,
        role=role,
    )


def _scale(
    text: str, prompts: tuple[Clip, ...], context: tuple[Clip, ...], role: str | None, mood: str
) -> Scale | None:
    if text == OFF or (text == AUTO and (role == "drums" or mood)):
        return None  # with a mood the studio finds the scale, and makes it darker or brighter
    if text != AUTO:
        return Scale.parse(text)
    clip = prompts[0] if prompts else Clip((), 4.0)
    if clip.key:
        return Scale.parse(clip.key)
    heard = [other for other in (clip, *context) if not other.drums]
    if sum(len(other.notes) for other in heard) < FEWEST:
        return None  # too short to tell: a wrong scale is worse than none
    return clip_scale(clip, context)


def span(text: str | None, field: str) -> tuple[float, float] | None:
    """START:END in beats; raises BadValue."""
    if text is None:
        return None
    try:
        start, end = (float(part) for part in text.split(":"))
    except ValueError:
        raise BadValue(f'The {field} "{text}" is not start:end in beats, for example 4:8.', field=field) from None
    if not (math.isfinite(start) and math.isfinite(end)):
        raise BadValue(f'The {field} "{text}" must have finite ends, for example 4:8.', field=field)
    return start, end


def checked_count(count: int) -> int:
    """How many results, if that many may be asked for; raises BadValue."""
    if not 1 <= count <= MOST_VARIATIONS:
        raise BadValue(f"The count must be 1 to {MOST_VARIATIONS}, not {count}.", field="count")
    return count


def pitch_range(text: str | None) -> tuple[int, int] | None:
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
