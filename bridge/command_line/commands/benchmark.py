"""``clipkin benchmark``: figures that anyone can measure again; ``clipkin train``: engines that anyone can train."""

import argparse
import sys

from bridge.command_line.command import handing_on, start
from models.music.errors import BadValue

_TRIAL = "tests.bridge.trial"
SUBJECTS = {
    "wire": (f"{_TRIAL}.wire_benchmark", "clips and variations over a wire that loses, repeats and reorders"),
    "speed": (f"{_TRIAL}.speed.benchmark", "how soon the server is there and the variations come"),
    "panel": ("tests.gui.processes.panel_benchmark", "how soon the window is there, how long painting takes"),
    "jam": (f"{_TRIAL}.jam_benchmark", "how exactly answers come on the beat, and how often one is ready"),
    "live": ("tests.max_for_live.unkind.benchmark", "both roads into Live, in imitations: time, loss, killed servers"),
    "practice": (f"{_TRIAL}.practice_benchmark", "does an exercise's difficulty rise with its level"),
    "reliability": (f"{_TRIAL}.reliability.programme", "floods, losses, deaths, full disks, bad weights: R1 to R19"),
    "harmony": ("models.benchmarks.harmony", "voicing, harmonising, accompanying, drumming, arranging"),
    "music": ("models.benchmarks.music.music", "engines against people and baselines, on held-out pieces (--data)"),
    "analysis": ("models.benchmarks.analysis", "keys, chords, roles, melodies, moods, the score (--data)"),
    "hear": ("models.benchmarks.music.recordings", "how much of a recording comes back as notes (--data)"),
    "adapt": ("models.benchmarks.adapting", "what learning from your own clips gains and costs (--data)"),
    "groove": ("models.benchmarks.groove", "how near humanised beats come to what drummers played (--data)"),
}
"""Subjects with the module that measures each, which only a checkout has, and a sentence."""
WITHOUT_DATA = ("wire", "speed")
"""What is measured where no subject is given."""


@handing_on("benchmark", "measure the wire, the speed, the music")
def run(arguments: argparse.Namespace) -> int:
    """Measure one subject, or the two that need nothing."""
    subject, *rest = arguments.rest or (None,)
    if subject in ("--help", "-h"):
        sys.stdout.write("usage: clipkin benchmark [SUBJECT [options]], or SUBJECT --help\n\n")
        sys.stdout.writelines(f"  {name:11} {sentence}\n" for name, (_, sentence) in SUBJECTS.items())
        return 0
    if subject is None or subject.startswith("-"):
        return max(start(SUBJECTS[name][0], arguments.rest) for name in WITHOUT_DATA)
    if subject not in SUBJECTS:
        raise BadValue(f'There is no benchmark "{subject}"; choose one of {", ".join(SUBJECTS)}.', field="subject")
    return start(SUBJECTS[subject][0], rest)


@handing_on("train", "train an engine, or adapt one to your own clips")
def train(arguments: argparse.Namespace) -> int:
    """Hand all words on; gives training's exit code."""
    return start("models.training.__main__", arguments.rest)
