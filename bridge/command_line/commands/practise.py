"""``clipkin practise``: exercises out of a clip of the user's, as MIDI to hear and as a page to print, with answers."""

import argparse
import sys
from dataclasses import replace
from typing import Any

from bridge.command_line.command import add_json, add_prompt, command, option, out, print_json

_STICK = 37


@command(
    "practise",
    "exercises out of your own music",
    "Writes an exercise of a level, with a count-in, and its answer: .mid to hear, .musicxml to print.",
    add_prompt,
    option("--level", type=int, default=1, help="1-8, each a little harder (1)"),
    option("--hands", default="right", help="right, left, both (right)"),
    option("--skill", default="reading", help="rhythm, reading, ear, transposition (reading)"),
    option("--seed", type=int, default=0, help="which note changes, for the ear (0)"),
    out("practice"),
    add_json,
)
def run(arguments: argparse.Namespace) -> int:
    """Write exercise and answer, and say what to do."""
    from bridge.command_line.request import read_prompt
    from models import midi_file
    from models.practice.exercises import exercise
    from models.practice.musicxml import musicxml

    clip = read_prompt(arguments)
    made = exercise(clip, arguments.level, arguments.hands, arguments.skill, arguments.seed)
    stem = f"{arguments.prompt.stem}-{arguments.skill}-{arguments.level}"
    given = counted_in(made.hands)
    files = [midi_file.write_numbered(arguments.out, stem, given)]
    told, _, answer = made.told.partition("? ")
    title = f"{arguments.prompt.stem}, {arguments.skill}, level {arguments.level}"
    # For the ear the page holds what was meant, so that one reads it while hearing the changed one.
    pages = [("", made.answer if arguments.skill == "ear" else made.hands, told, made.scale)]
    if made.answer != made.hands:
        files.append(midi_file.write_numbered(arguments.out, f"{stem}-answer", counted_in(made.answer)))
    if arguments.skill == "transposition":
        pages.append(("-answer", made.answer, "", made.answer_scale))
    for suffix, pair, words, scale in pages:
        parts = list(zip(("Right hand", "Left hand"), pair, strict=True))
        page = musicxml(parts, scale, title, words)
        files.append(midi_file.publish_numbered(arguments.out, stem + suffix, ".musicxml", page))
    if arguments.json:
        row = {"files": [str(path) for path in files], "difficulty": round(made.difficulty, 4), "told": made.told}
        return print_json({**row, "level": arguments.level, "key": str(made.scale)})
    sys.stdout.write(f"{told}{'?' if answer else ''} Difficulty {made.difficulty:.2f} of 1, {made.scale}.\n")
    sys.stdout.writelines(f"{path}\n" for path in files)
    if answer:
        sys.stdout.write(f"{answer}\n")
    return 0


def counted_in(hands: tuple[Any, Any]) -> list[Any]:
    """The hands' clips behind a bar of clicks, which a track of its own plays."""
    from models.music.clip import Clip
    from models.music.note import Note

    played = [replace(hand, name=name) for name, hand in zip(("right", "left"), hands, strict=True) if hand.notes]
    metre, length = played[0].metre, played[0].length
    clicks = [Note(_STICK, pulse, 0.1, 110 if pulse == 0 else 80) for pulse in metre.pulses]
    count = Clip(tuple(clicks), length + metre.bar, "count-in", played[0].tempo, metre, "drums")
    return [*(hand.later(metre.bar) for hand in played), count]
