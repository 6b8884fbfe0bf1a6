"""Piano rolls as SVG: one clip above the other, kept notes in one shade, new ones in another and outlined.

Offers: ``Roll``, ``piano_rolls`` (text of an SVG file), ``write_picture``, ``write_svg``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from models.generator import Variation
from models.music import pitch
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.errors import BadValue

WIDTH, MARGIN, ROLL_HEIGHT, HEAD = 960.0, 44.0, 132.0, 22.0
LABEL, LETTER = 13.0, 5.6
"""Height of a line of labels, and usual width of a letter in it, in pixels."""

KEPT, NEW, PAPER, LINE, WORD = "#7f8ea3", "#e8743b", "#fbfaf7", "#dcd8cf", "#3b3f46"


@dataclass(frozen=True)
class Roll:
    """One clip to draw.

    new     indices of the notes that are drawn as new
    chords  labels written above the notes
    sections  (first beat, length, name) of stretches that are shaded in turn and named below the notes
    """

    title: str
    clip: Clip
    new: frozenset[int] = frozenset()
    chords: tuple[TimedChord, ...] = ()
    sections: tuple[tuple[float, float, str], ...] = ()

    @classmethod
    def of(cls, title: str, variation: Variation) -> Roll:
        """A variation, its new notes marked."""
        new = frozenset(place for place, origin in enumerate(variation.kept) if origin is None)
        return cls(title, variation.clip, new)


def piano_rolls(rolls: Sequence[Roll]) -> str:
    """An SVG picture of the clips, one above the other, all to the same pitches and beats."""
    notes = [note for roll in rolls for note in roll.clip.notes]
    low = min((note.pitch for note in notes), default=60) - 2
    high = max((note.pitch for note in notes), default=72) + 2
    length = max(roll.clip.length for roll in rolls)
    height = len(rolls) * (HEAD + ROLL_HEIGHT) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH:g}" height="{height:g}" fill="{PAPER}"/>',
    ]
    for place, roll in enumerate(rolls):
        parts.append(_draw(roll, 8 + place * (HEAD + ROLL_HEIGHT), low, high, length))
    legend = _legend(height - 14) if any(roll.new for roll in rolls) else ""
    return "\n".join((*parts, f"{legend}</svg>"))


def _legend(y: float) -> str:
    return (
        f'<rect x="{MARGIN:g}" y="{y - 9:g}" width="18" height="9" rx="2" fill="{KEPT}"/>'
        f'<text x="{MARGIN + 24:g}" y="{y:g}" fill="{WORD}">from the prompt</text>'
        f'<rect x="{MARGIN + 130:g}" y="{y - 9:g}" width="18" height="9" rx="2" fill="{NEW}" '
        f'stroke="{WORD}" stroke-width="0.8"/>'
        f'<text x="{MARGIN + 154:g}" y="{y:g}" fill="{WORD}">new</text>'
    )


def _draw(roll: Roll, top: float, low: int, high: int, length: float) -> str:
    """One clip; ``top`` in pixels, pitches ``low`` … ``high``, ``length`` beats across."""
    scale_x = (WIDTH - 2 * MARGIN) / length
    # Chords stand above the notes and sections below them, never on them.
    first = top + HEAD - 6 + (LABEL if roll.chords else 0)
    bottom = top + HEAD + ROLL_HEIGHT - 10 - (LABEL if roll.sections else 0)
    row = (bottom - first) / (high - low + 1)

    def at(onset: float) -> float:
        return MARGIN + onset * scale_x

    parts = [f'<text x="{MARGIN:g}" y="{top + 11:g}" fill="{WORD}" font-weight="bold">{escape(roll.title)}</text>']
    for number, (onset, duration, name) in enumerate(roll.sections):
        shade = (
            f'<rect x="{at(onset):.1f}" y="{first:.1f}" width="{duration * scale_x:.1f}" '
            f'height="{bottom - first + LABEL:.1f}" fill="{LINE}" opacity="0.45"/>'
        )
        parts += [shade] if number % 2 else []
        parts.append(
            f'<text x="{at(onset + duration / 2):.1f}" y="{bottom + LABEL - 3:.1f}" font-size="11" '
            f'text-anchor="middle" fill="{WORD}">{escape(name)}</text>'
        )
    parts += _grid(roll, at, first, bottom)
    for octave in range(low - low % 12, high + 1, 12):
        if octave >= low:
            y = first + (high - octave + 0.8) * row
            parts.append(
                f'<text x="{MARGIN - 6:g}" y="{y:.1f}" text-anchor="end" font-size="10" fill="{KEPT}">'
                f"{escape(pitch.name(octave))}</text>"
            )
    parts += _chords(roll, at, first - 3)
    for place, note in enumerate(roll.clip.notes):
        is_new = place in roll.new
        outline = f' stroke="{WORD}" stroke-width="0.8"' if is_new else ""
        parts.append(
            f'<rect x="{at(note.onset):.1f}" y="{first + (high - note.pitch) * row:.1f}" '
            f'width="{max(1.5, note.duration * scale_x - 1):.1f}" height="{max(2.0, row - 0.5):.1f}" rx="1.5" '
            f'fill="{NEW if is_new else KEPT}" opacity="{0.45 + 0.55 * note.velocity / 127:.2f}"{outline}/>'
        )
    return "".join(parts)


def _grid(roll: Roll, at: Callable[[float], float], first: float, bottom: float) -> Iterator[str]:
    """A line for each beat, stronger for each bar."""
    beat = 0.0
    while beat <= roll.clip.length + 1e-6:
        is_bar = roll.clip.metre.in_bar(beat) < 1e-6
        yield (
            f'<line x1="{at(beat):.1f}" x2="{at(beat):.1f}" y1="{first:.1f}" y2="{bottom:.1f}" '
            f'stroke="{LINE}" stroke-width="{1.4 if is_bar else 0.5}"/>'
        )
        beat += roll.clip.metre.unit


def _chords(roll: Roll, at: Callable[[float], float], y: float) -> Iterator[str]:
    """The names of the chords where they begin; one that would lie on the last one is left out."""
    free = 0.0
    for timed in roll.chords:
        x, name = at(timed.onset) + 2, timed.chord.label
        if x >= free:
            free = x + LETTER * len(name) + 2
            yield f'<text x="{x:.1f}" y="{y:.1f}" font-size="10" fill="{WORD}">{escape(name)}</text>'


def write_picture(path: Path, rolls: Sequence[Roll]) -> None:
    """Write the picture of some clips; raises BadValue when the place can't be written."""
    write_svg(path, piano_rolls(rolls))


def write_svg(path: Path, text: str) -> None:
    """Write a picture's text; raises BadValue when the place can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BadValue(
            f'The picture "{path}" can\'t be written ({problem.strerror}); choose another place.', field="picture"
        ) from None
