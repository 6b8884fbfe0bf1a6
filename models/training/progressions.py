"""``clipkin train progressions --data DIR``: count chord progressions of annotated songs, tuned on songs set aside.

It writes ``weights/progressions.npz`` and its card ``weights/progressions.json`` in seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.harmony.progressions import WEIGHTS, ProgressionModel
from models.harmony.symbols import symbol_of
from models.music.beats import TIGHT, Metre
from models.music.errors import UnreadableFile
from models.music.pitch import parse_class
from models.training.datasets.sources import chords_of, entries_of
from models.training.model_card import said_of, said_of_sources, write_card
from models.training.options import Options

SOURCES = ("billboard", "rs200", "freemidichords", "openewld")
LEFT_OUT = ("pop909",)
"""Tier B: labels of an algorithm on songs under copyright; only its effect is measured."""

ORDER = 5
_SHORTEST = 4
_ASIDE = 10
_WEIGHTS = (0.0, 0.3, 0.6, 1.0)
_TRUSTS = ((1.0, 1.0, 1.0, 1.0, 1.0), (1.0, 1.0, 2.0, 2.0, 2.0), (1.0, 1.0, 2.0, 3.0, 4.0), (1.0, 2.0, 4.0, 5.0, 6.0))


@dataclass(frozen=True)
class Song:
    """One annotated piece: its symbols, and whether the harmony changes at each bar line and each half bar."""

    source: str
    split: str
    symbols: tuple[int, ...]
    bar_changes: tuple[bool, ...]
    half_changes: tuple[bool, ...]


def read_songs(folder: Path) -> list[Song]:
    """The songs whose key is known, in the order of the files; raises UnreadableFile where none is there."""
    songs = [song for source in SOURCES for song in _songs_of(folder, source)]
    if not songs:
        raise UnreadableFile(
            f"There are no annotated songs in {folder}; it should hold files such as billboard.jsonl.", field="data"
        )
    return songs


def _songs_of(folder: Path, source: str) -> Iterator[Song]:
    for piece in entries_of(folder, source) if (folder / f"{source}.jsonl").is_file() else ():
        if piece["key"] and piece["chords"]:
            song = _song(source, piece)
            if len(song.symbols) >= _SHORTEST:
                yield song


def _song(source: str, piece: dict[str, Any]) -> Song:
    tonic = parse_class(piece["key"].split()[0])
    timed = [(each.onset, symbol_of(each.chord, tonic)) for each in chords_of(piece)]
    new = [each for place, each in enumerate(timed) if place == 0 or each[1] != timed[place - 1][1]]
    bars, halves = _changes(timed, {round(onset / TIGHT) for onset, _ in new[1:]}, piece)
    return Song(source, piece["split"], tuple(symbol for _, symbol in new), bars, halves)


def _changes(timed: list[tuple[float, int]], changes: set[int], piece: dict[str, Any]) -> tuple[tuple[bool, ...], ...]:
    """At each bar line, and at each half of a bar with an even number of pulses, whether the chord changes there."""
    metre = Metre.parse(piece["time_signature"])
    # freemidichords has no rhythm of its own: every chord is a bar by convention.
    if piece["n_ts"] != 1 or piece["source"] == "freemidichords" or not timed:
        return (), ()
    pulses = metre.pulses
    half = pulses[len(pulses) // 2] if len(pulses) % 2 == 0 else None
    bars = range(metre.bar_of(timed[0][0]) + 1, metre.bar_of(timed[-1][0]) + 1)
    at = [round(bar * metre.bar / TIGHT) in changes for bar in bars]
    in_half = [round((bar * metre.bar + half) / TIGHT) in changes for bar in bars] if half is not None else []
    return tuple(at), tuple(in_half)


def tuned(songs: Sequence[Song], order: int) -> ProgressionModel:
    """The model of this order with the weight and trust that suit songs set aside best, then fitted to all songs."""
    aside = [song.symbols for song in songs[::_ASIDE]]
    rest = [song.symbols for place, song in enumerate(songs) if place % _ASIDE]
    settings = {(weight, trust[:order]): None for weight in _WEIGHTS for trust in _TRUSTS}
    weight, trust = min(
        settings,
        key=lambda setting: ProgressionModel.fit(rest, order=order, weight=setting[0], trust=setting[1]).perplexity(
            aside
        ),
    )
    bars = [change for song in songs for change in song.bar_changes]
    halves = [change for song in songs for change in song.half_changes]
    return ProgressionModel.fit(
        [song.symbols for song in songs],
        order=order,
        weight=weight,
        trust=trust,
        changes=(sum(bars) / len(bars), sum(halves) / len(halves)) if bars and halves else (0.5, 0.25),
    )


def held_out_figures(songs: Sequence[Song], model: ProgressionModel) -> dict[str, float]:
    """Perplexity of the ``valid`` songs under the model, a bigram tuned and smoothed alike, and a unigram.

    ``likelier_than_bigram`` is the ratio of the geometric mean chances of a chord: 1.2 means 20 % likelier.
    """
    train = [song for song in songs if song.split == "train"]
    valid = [song.symbols for song in songs if song.split == "valid"]
    of_model, of_bigram, of_unigram = (each.perplexity(valid) for each in (model, tuned(train, 2), tuned(train, 1)))
    return {
        "perplexity": of_model,
        "bigram_perplexity": of_bigram,
        "unigram_perplexity": of_unigram,
        "likelier_than_bigram": of_bigram / of_model,
        "held_out_songs": len(valid),
        "held_out_chords": sum(map(len, valid)),
    }


def main(arguments: Sequence[str]) -> None:
    """The command."""
    options = Options("train progressions", __doc__)
    options.add_argument("--out", type=Path, default=WEIGHTS, help="the .npz to write; its card goes beside it")
    chosen = options.parse_args(arguments)
    songs = read_songs(chosen.data)
    model = tuned([song for song in songs if song.split == "train"], ORDER)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    model.save(chosen.out)
    figures = held_out_figures(songs, model)
    more = [song for source in LEFT_OUT for song in _songs_of(chosen.data, source) if song.split == "train"]
    if more:  # the same held-out songs under a model that also learned from the sources left out
        wider = tuned([song for song in songs if song.split == "train"] + more, ORDER)
        figures["perplexity_with_pop909"] = wider.perplexity([s.symbols for s in songs if s.split == "valid"])
    rounded = {name: round(value, 4) for name, value in figures.items()}
    card = {
        "name": "progressions",
        "numbers": sum(map(len, model.followers.values())),
        "config": {"order": model.order, "trust": model.trust, "changes": [round(rate, 4) for rate in model.changes]},
        **said_of_sources(Counter(song.source for song in songs if song.split == "train")),
        **said_of("progressions"),
        "figures": rounded,
    }
    write_card(chosen.out.with_suffix(".json"), card)
