"""Variations of loops that engines make for a song: of one harmony, in the loop's register, the same where the same
section comes back.

Offers: ``Variations``, ``SIMILARITY``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from models.arrangement.arranged import Section, strokes
from models.arrangement.playing.harmony import Harmony
from models.arrangement.playing.lines import rooted, then
from models.generator import LARGEST_SEED, Engine, Request
from models.music.beats import TIGHT
from models.music.carried import in_a_row
from models.music.chord import TimedChord
from models.music.clip import Clip
from models.music.errors import EmptyClip, Refused

SIMILARITY = 0.75
_TRIES, _AS_FULL = 4, 0.9
"""Variations drawn for a new one that has at least this share of the loop's strokes."""

_BELOW, _ABOVE = 2, 5
"""Semitones by which a variation may leave the loop's register."""

_MOST_BESIDE = 3
"""Clips that an engine hears beside the one that it varies."""


@dataclass
class Variations:
    """The loops, who varies them, and the variations made so far.

    player   the engine; None: a loop stays as it is
    on_vary  called before each variation
    """

    loops: Sequence[Clip]
    player: Engine | None
    harmony: Harmony
    on_vary: Callable[[], None]
    made: dict[tuple[str, int, bool], Clip | None] = field(default_factory=dict)

    def varied(self, section: str, number: int, loop: Clip, length: float, beside: Sequence[Clip]) -> Clip:
        """The loop, and in the second half of the section a variation of it; of a long loop the variation at once.

        Sections of one name but for their number share their variations.
        """
        key = (section.rstrip(" 0123456789"), number, loop == self.loops[number])
        if key not in self.made:
            self.made[key] = self._variation(len(self.made), number, loop, beside)
        varied = self.made[key]
        if varied is None:
            return loop.looped(length)
        passes = max(1, round(length / loop.length))
        turn = passes // 2 * loop.length if passes > 1 else 0.0
        second = varied.looped(length - turn)
        clip = then(loop.looped(length), [note.moved(onset=note.onset + turn) for note in second.notes], turn)
        first = loop.looped(turn).carried if turn else None
        return replace(clip, carried=in_a_row(((0.0, first), (turn, second.carried))))

    def anew(self, section: Section, number: int) -> Clip:
        """A track of a section with a variation of its own from the middle on."""
        clip = section.clips[number]
        beside = [each for each in section.clips if each.notes and each is not clip]
        varied = self.varied(f"{section.name} anew", number, self.loops[number], clip.length, beside)
        return then(clip, varied.notes, clip.length / 2)

    def _variation(self, made: int, number: int, loop: Clip, beside: Sequence[Clip]) -> Clip | None:
        """A variation of a loop that keeps the scene's harmony; None where nobody can vary it."""
        if self.player is None:
            return None
        self.on_vary()
        others = [
            other
            for place, other in enumerate(self.loops)
            if place != number and other.role not in {clip.role for clip in beside}
        ]
        context = [clip.looped(loop.length) for clip in (*beside, *others)][:_MOST_BESIDE]
        request = Request(
            prompts=(loop,),
            role=loop.role,
            scale=self.harmony.scale,
            context=tuple(context),
            chords=() if loop.drums else _over(self.harmony.chords, loop.length),
            similarity=SIMILARITY,
            range=_reach(loop),
            count=1,
            seed=(self.harmony.seed + 101 * (made + 1)) % (LARGEST_SEED - _TRIES),
        )
        known = {clip.notes for clip in self.made.values() if clip is not None}
        try:
            # A second half thinner than the first would take back what the section has built up.
            for more in range(_TRIES):
                found = next(iter(self.player.generate(request.but(seed=request.seed + more))), None)
                full = found is not None and strokes(found.clip) >= _AS_FULL * strokes(loop)
                if found is None or (full and (found.clip.notes not in known or more == _TRIES - 1)):
                    return rooted(found.clip, loop, self.harmony.chords) if found else None
        except (Refused, EmptyClip):
            # What nobody can vary plays on as it is.
            pass
        return None


def _reach(loop: Clip) -> tuple[int, int] | None:
    """The pitches that a variation may use: hardly below the loop, a fourth above it."""
    pitches = [note.pitch for note in loop.notes]
    return None if loop.drums else (max(0, min(pitches) - _BELOW), min(127, max(pitches) + _ABOVE))


def _over(chords: Sequence[TimedChord], length: float) -> tuple[TimedChord, ...]:
    """The first ``length`` beats of the harmony, which begins again where it is shorter."""
    period = chords[-1].end if chords else length
    moved = (
        timed._replace(onset=timed.onset + turn * period)
        for turn in range(math.ceil(length / period - TIGHT))
        for timed in chords
    )
    return tuple(
        timed._replace(duration=min(timed.duration, length - timed.onset))
        for timed in moved
        if timed.onset < length - TIGHT
    )
