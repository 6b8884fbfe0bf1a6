"""Chords out of nothing: a progression drawn as songs go on, voiced as the words say.

Offers: ``composed``, ``thinned``, ``USUAL_BARS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from models.generator import LARGEST_SEED, Cancelled, OnProgress, Request, Variation
from models.harmony.harmonise import inside
from models.harmony.offer import Offer, offered
from models.harmony.progressions import progressions
from models.harmony.requests import few_voices, on_a_bass, options_of
from models.harmony.symbols import TONES, chord_of_symbol, colour_of, liking, palette, roman
from models.music.beats import Metre
from models.music.chord import TimedChord
from models.music.clip import Clip, without_overlaps
from models.music.errors import Refused
from models.music.note import Note
from models.music.scale import Scale
from models.voicing.options import read_style
from models.voicing.voice import voice

USUAL_BARS = 4
_DRAWS = 24
"""How many progressions are drawn for a seed before the same one again is taken for all there is."""
_BARS_A_CHORD = {"low": 2.0, "same": 1.0, "high": 0.5}
_HOMES = ("C major", "A minor")
"""Where music without a scale is at home: the white keys, bright or dark."""


def composed(request: Request, on_progress: OnProgress, cancelled: Cancelled) -> Iterator[Variation]:
    """Chord clips, a seed each; raises Refused for other roles."""
    if request.role not in (None, "chords"):
        raise Refused(
            f"harmony makes chords out of nothing, not {request.role}; choose another engine.", field="engine"
        )
    taken: set[tuple[Note, ...]] = set()
    for number in range(request.count):
        seed = (request.seed + number) % (LARGEST_SEED + 1)
        rng = np.random.default_rng(seed)
        for _ in range(_DRAWS):
            if cancelled():
                return
            offer = _offer(request, rng)
            if offer.clip.notes not in taken:
                taken.add(offer.clip.notes)
                on_progress((number + 1) / request.count, "harmony")
                yield offered(request, offer, seed)
                break


def _offer(request: Request, rng: np.random.Generator) -> Offer:
    wording = read_style(request)
    beside = request.context[0] if request.context else None
    metre = request.metre or (beside.metre if beside else Metre())
    tempo, length = request.tempo or (beside.tempo if beside else 120.0), (request.bars or USUAL_BARS) * metre.bar
    empty = Clip((), length, name="chords", tempo=tempo, metre=metre, role="chords")
    scale = request.scale or Scale.parse(_HOMES[int(rng.integers(len(_HOMES)))])
    chords, told = (request.chords, ()) if request.chords else _progression(request, empty, scale, rng)
    options = on_a_bass(options_of(request, wording))
    voicing = few_voices(partial(voice, chords), options, request.polyphony)[0]
    notes = without_overlaps(voicing.clip.notes, empty.length)
    clip = empty.with_notes(notes if request.polyphony is None else thinned(notes, request.polyphony))
    return Offer(clip, {"motion": voicing.report.motion}, told)


def thinned(notes: Sequence[Note], most: int) -> list[Note]:
    """The notes without those that would begin while ``most`` sound; where chords begin at once, of the middle ones."""
    tops = {onset: max(note.pitch for note in notes if note.onset == onset) for onset in {note.onset for note in notes}}
    order = sorted(notes, key=lambda note: (note.onset, note.pitch < tops[note.onset], note.pitch))
    kept: list[Note] = []
    for note in order:
        if sum(other.onset < note.end and note.onset < other.end for other in kept) < most:
            kept.append(note)
    return kept


def _progression(
    request: Request, empty: Clip, scale: Scale, rng: np.random.Generator
) -> tuple[tuple[TimedChord, ...], tuple[str, ...]]:
    """Chords over the whole clip, and a remark that names them."""
    every = _BARS_A_CHORD[request.density] * empty.metre.bar
    count = max(1, round(empty.length / every))
    colour = colour_of(request.temperature)
    symbols = palette(scale, colour)
    if request.scale is not None:
        symbols = inside(symbols, request.scale, scale.root)
    if request.polyphony is not None:
        # A voicing does without a perfect fifth, and without nothing else.
        few = [symbol for symbol in symbols.tolist() if len(TONES[symbol]) <= request.polyphony + 1]
        symbols = np.array(few) if few else symbols
    row = progressions().drawn(count, symbols, rng, temperature=request.temperature, liking=liking(scale, colour))
    step = empty.length / count
    chords = tuple(
        TimedChord(place * step, step, chord_of_symbol(symbol, scale.root)) for place, symbol in enumerate(row)
    )
    return chords, (f"In {scale}: {', '.join(map(roman, row))}.",)
