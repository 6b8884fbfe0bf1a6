"""The tasks of harmony, exact and without weights: ``voice``, ``harmonise``, ``reharmonise``, ``accompany``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.command_line import options
from bridge.command_line.results import Results, Watch, tell
from models import midi_file
from models.accompaniment.accompany import PARTS, AccompanyOptions, accompany
from models.generator import Report, Variation
from models.harmony.harmonise import HarmoniseOptions, harmonise
from models.harmony.reharmonise import ReharmoniseOptions, reharmonise
from models.music.clip import Clip
from models.music.scale import Scale
from models.music.similarity import similarity
from models.studio import Studio
from models.voicing.options import BASSES, EXTENSIONS, PRESETS, RHYTHMS, STYLES, VoicingOptions
from models.voicing.voice import voice

Commands = Any  # argparse keeps the type of its subparsers to itself


def add(commands: Commands) -> None:
    """Declare the commands."""
    voicing = _task(commands, "voice", "the same chords voiced otherwise", run_voice, "chords")
    _add_voicing(voicing)
    voicing.add_argument("--lock", default="", metavar="NAMES", help="top, bass: that line stays as it is")

    harmonising = _task(commands, "harmonise", "chords under a melody", run_harmonise, "melody")
    harmonising.add_argument("--colour", type=float, default=0.3, help="0 the key's triads … 1 whatever fits (0.3)")
    harmonising.add_argument("--every", type=float, metavar="BEATS", help="from one change to the next; as it fits")
    _add_voicing(harmonising)

    replacing = _task(commands, "reharmonise", "substitutes for chords", run_reharmonise, "chords")
    replacing.add_argument("--similarity", type=float, default=0.7, help="0-1, 1 the chords themselves (0.7)")
    _add_voicing(replacing)

    joining = commands.add_parser(
        "accompany",
        help="a part that fits the clips of a scene",
        description="A bass line, drums, chords or a counter-melody to clips that play together.",
    )
    joining.add_argument("prompt", metavar="CLIP.mid", type=Path, nargs="+", help="the clips that play")
    joining.add_argument("--role", choices=PARTS, default="bass", help="the part (bass)")
    joining.add_argument("--style", default="", metavar="WORDS", help="for example house, funk, trap, walking, sub")
    joining.add_argument(
        "--engine",
        default=options.AUTO,
        metavar="NAME",
        help="grammar, kin or another that hears clips; auto takes the better one (auto)",
    )
    _add_results(joining)
    joining.set_defaults(run=run_accompany, task="accompany")


def _task(commands: Commands, name: str, help_text: str, run: Any, what: str) -> argparse.ArgumentParser:  # noqa: ANN401
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    options.add_prompt(parser, help_text=f"the {what}")
    _add_results(parser)
    parser.set_defaults(run=run, task=name)
    return parser


def _add_results(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("."), metavar="DIR", help="folder for the results")
    parser.add_argument("--count", type=int, default=4, help="how many results (4)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another choice where there is one (0)")
    parser.add_argument("--scale", default=options.AUTO, metavar='auto|"A minor"', help="the key; auto finds it")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _add_voicing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--style", choices=STYLES, help="how the tones are stacked (close)")
    parser.add_argument("--preset", choices=tuple(PRESETS), help="style, register and rhythm of a kind of music")
    parser.add_argument("--extensions", default="", metavar="NAMES", help=f"tones to add: {','.join(EXTENSIONS)}")
    parser.add_argument("--voices", type=int, help="notes in a chord, 2-8")
    parser.add_argument("--range", metavar="LOW:HIGH", help="pitches, for example 48:72 or C2:C4")
    parser.add_argument("--bass", choices=BASSES, help="where the chord's bass lies")
    parser.add_argument("--rhythm", choices=RHYTHMS, help="keep the prompt's, hold, strum, stab, arpeggio")


def _voicing(arguments: argparse.Namespace) -> VoicingOptions:
    chosen = VoicingOptions.preset(arguments.preset) if arguments.preset else VoicingOptions()
    extensions = tuple(filter(None, (name.strip() for name in arguments.extensions.split(","))))
    given = {
        "style": arguments.style,
        "extensions": extensions or None,
        "voices": arguments.voices,
        "range": options.pitch_range(arguments.range),
        "bass": arguments.bass,
        "rhythm": arguments.rhythm,
        "scale": _scale(arguments),
    }
    return replace(chosen, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _scale(arguments: argparse.Namespace) -> Scale | None:
    return None if arguments.scale in (options.AUTO, options.OFF) else Scale.parse(arguments.scale)


def run_voice(arguments: argparse.Namespace) -> int:
    """Voice the chords."""
    prompt = options.read_prompt(arguments)
    locks = {name.strip() for name in arguments.lock.split(",")} - {""}
    asked = replace(_voicing(arguments), top_locked="top" in locks, bass_locked="bass" in locks)
    with Watch() as watch:
        found = voice(prompt, asked, options.checked_count(arguments.count))
    rows = (
        (each.clip, {"motion": each.report.motion, "top_leap": each.report.top_leap, "content": each.report.content})
        for each in found
    )
    return _tell(arguments, prompt, watch, rows, [str(each) for each in found])


def run_harmonise(arguments: argparse.Namespace) -> int:
    """Put chords under a melody."""
    prompt = options.read_prompt(arguments)
    asked = HarmoniseOptions(
        scale=_scale(arguments), colour=arguments.colour, every=arguments.every, voicing=_voicing(arguments)
    )
    with Watch() as watch:
        found = harmonise(prompt, asked, options.checked_count(arguments.count))
    rows = ((each.clip, {"chord_tones": each.chord_tones, "surprise": each.surprise}) for each in found)
    return _tell(
        arguments,
        None,
        watch,
        rows,
        [f"{each.scale}: " + "  ".join(each.numerals) + "\n" + str(each.voicing) for each in found],
    )


def run_reharmonise(arguments: argparse.Namespace) -> int:
    """Replace chords by substitutes."""
    prompt = options.read_prompt(arguments)
    asked = ReharmoniseOptions(similarity=arguments.similarity, scale=_scale(arguments), voicing=_voicing(arguments))
    with Watch() as watch:
        found = reharmonise(prompt, asked, options.checked_count(arguments.count))
    rows = ((each.clip, {"chord_similarity": each.similarity}) for each in found)
    return _tell(arguments, prompt, watch, rows, [", ".join(each.kinds) + "\n" + str(each.voicing) for each in found])


def run_accompany(arguments: argparse.Namespace) -> int:
    """Make a part for a scene."""
    clips = [midi_file.read(path) for path in arguments.prompt]
    asked = AccompanyOptions(
        part=arguments.role,
        style=arguments.style,
        scale=_scale(arguments),
        engine=arguments.engine,
        seed=arguments.seed,
    )
    with Watch() as watch:
        found = accompany(clips, asked, options.checked_count(arguments.count), ask=Studio(patient=True).generate)
    rows = ((each.clip, {"shared_onsets": each.shared, "in_scale": each.in_scale}) for each in found)
    return _tell(
        arguments,
        None,
        watch,
        rows,
        [each.manner for each in found],
        stem=arguments.role,
        engine=found[0].engine if found else arguments.engine,
    )


def _tell(
    arguments: argparse.Namespace,
    prompt: Clip | None,
    watch: Watch,
    rows: Iterable[tuple[Clip, dict[str, float]]],
    details: list[str],
    stem: str = "",
    engine: str = "harmony",
) -> int:
    """Write and print what was found; ``details``: some lines for each result."""
    variations = []
    for clip, measures in rows:
        value = similarity(prompt.notes, clip.notes) if prompt else 0.0
        variations.append(
            Variation(
                clip,
                arguments.seed,
                (None,) * len(clip.notes),
                Report(value, in_scale=measures.pop("in_scale", 1.0), measures=measures),
            )
        )
    results = Results(arguments.task, engine, arguments.seed, watch.elapsed_ms, watch.elapsed_ms, tuple(variations))
    return tell(arguments, results, stem or arguments.prompt.stem, details)
