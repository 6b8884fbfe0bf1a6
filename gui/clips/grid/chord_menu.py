"""What could come here? The menu of a chord: others that could stand there, each with its numeral and its reason.

Offers: ``ChordMenu``, ``chord_track_of``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from PyQt6.QtWidgets import QMenu, QWidget

from gui.clips.grid.grid_picture import lead_sheet
from gui.language.say import say
from gui.layout import add_entry
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord
from models.music.chord_track import parse_symbol
from models.music.clip import Clip
from models.music.errors import ClipkinError
from models.music.scale import Scale

_LABEL = re.compile(r"\b[A-G][#b]?:\S+")


class ChordMenu(QMenu):
    """Finds the chords when it is opened: for a beat of the clip, or (beat None) for what follows its last one.

    choose  is given the whole harmony with the chord in it, as a chord track; None: the task takes none
    """

    def __init__(
        self,
        clip: Clip,
        chords: Sequence[TimedChord],
        beat: float | None,
        scale: Scale | None,
        choose: Callable[[str], object] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(say("What could come here?") if beat is not None else say("What could follow?"), parent)
        self._clip, self._chords, self._beat, self._scale, self._choose = clip, tuple(chords), beat, scale, choose
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        from models.harmony.suggest import suggest  # with numpy and a table behind it: not before the window

        self.clear()
        try:
            found = suggest(self._clip, self._beat, scale=self._scale, chords=self._chords)
        except ClipkinError as error:
            add_entry(self, say(error.sentence), possible=False)
            return
        for each in found:
            reason = _LABEL.sub(lambda found: lead_sheet(found.group()), each.reason)
            words = f"{lead_sheet(each.chord.label)}  {each.numeral}  ·  {say(reason)}"
            add_entry(self, words, partial(self._take, each.chord), possible=self._choose is not None)
        if self._choose is None:
            add_entry(self, say("This task takes no chords."), possible=False)

    def _take(self, chord: Chord) -> None:
        bar, chords = self._clip.metre.bar, list(self._chords)
        if self._beat is None:
            chords.append(TimedChord(self._clip.length, bar, chord))
        else:
            here = next((timed for timed in chords if timed.onset <= self._beat < timed.end), None)
            onset = here.onset if here else self._beat // self._clip.metre.unit * self._clip.metre.unit
            later = [timed.onset for timed in chords if timed.onset > onset]
            end = here.end if here else min([*later, self._clip.length])
            chords = [*(timed for timed in chords if timed is not here), TimedChord(onset, end - onset, chord)]
        if self._choose is not None:
            self._choose(chord_track_of(chords, self._clip.metre))


def chord_track_of(chords: Sequence[TimedChord], metre: Metre) -> str:
    """The chords as a musician writes them, a bar at a time, to the beat: "Am . . G | F"; the reverse of
    ``parse_chord_track`` for chords that change on beats. A gap is held over.
    """
    beats = round(metre.bar / metre.unit)
    length = max(timed.end for timed in chords)
    bars, last = [], "N.C."
    for bar in range(metre.bars(length)):
        shares = []
        for beat in range(beats):
            at = bar * metre.bar + (beat + 0.5) * metre.unit
            sounding = next((timed for timed in chords if timed.onset <= at < timed.end), None)
            symbol = _symbol(sounding) if sounding else last
            shares.append("." if symbol == last and beat else symbol)
            last = symbol
        halves = beats % 2 == 0 and all(share == "." for share in shares[1 : beats // 2] + shares[beats // 2 + 1 :])
        if all(share == "." for share in shares[1:]):
            shares = shares[:1]
        elif halves:
            shares = [shares[0], shares[beats // 2]]
        bars.append(" ".join(shares))
    return " | ".join(bars)


def _symbol(timed: TimedChord) -> str:
    """As on a lead sheet, where that is read as the same chord; else its label, which is."""
    words, chord = lead_sheet(timed.chord.label), timed.chord
    try:
        read = parse_symbol(words)
    except ClipkinError:
        return chord.label
    same = read and (read.root, read.classes, read.bass) == (chord.root, chord.classes, chord.bass)
    return words if same else chord.label
