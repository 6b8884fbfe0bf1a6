"""What the grid shows: the prompt of the chosen result and the result, or the open prompt alone; and what could
stand in place of a chord: others with their numerals and reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PyQt6.QtCore import QEvent, QPoint
from PyQt6.QtGui import QContextMenuEvent, QHelpEvent
from PyQt6.QtWidgets import QMenu, QToolTip, QWidget

from gui.appearance import add_entry, context_menu
from gui.clips.grid.grid import Grid
from gui.clips.grid.grid_picture import Lane, lead_sheet
from gui.clips.grid.note_layer import LayerShelf
from gui.clips.grid.rows import Rows, describe, drum_words
from gui.language.say import say
from gui.state.panel_state import PanelState
from gui.state.values import Choice, Prompt, Result
from gui.state.wish import AUTO, OFF
from models.music import pitch as pitches
from models.music.beats import Metre
from models.music.chord import Chord, TimedChord, chord_at
from models.music.chord_track import parse_symbol
from models.music.errors import ClipkinError
from models.music.scale import Scale

Choose = Callable[[str], object]
_LABEL = re.compile(r"\b[A-G][#b]?:\S+")


class ChordMenu(QMenu):
    """Finds the chords when it is opened: for a beat of the clip, or (beat None) for what follows its last one.

    choose  is given the whole harmony with the chord in it, as a chord track; None: the task takes none
    """

    def __init__(
        self, lane: Lane, beat: float | None, scale: Scale | None, choose: Choose | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(say("What could come here?") if beat is not None else say("What could follow?"), parent)
        self._clip, self._chords, self._beat, self._scale, self._choose = lane.clip, lane.chords, beat, scale, choose
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
        metre, beat, end = self._clip.metre, self._beat, self._clip.length
        here = None if beat is None else _at(self._chords, beat)
        if here is not None:
            onset, end = here.onset, here.end
        elif beat is not None:
            onset = beat // metre.unit * metre.unit
            end = min([*(timed.onset for timed in self._chords if timed.onset > onset), end])
        else:
            onset, end = end, end + metre.bar
        chords = [*(timed for timed in self._chords if timed is not here), TimedChord(onset, end - onset, chord)]
        if self._choose is not None:
            self._choose(chord_track_of(chords, metre))


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
            sounding = _at(chords, bar * metre.bar + (beat + 0.5) * metre.unit)
            symbol = _symbol(sounding) if sounding else last
            shares.append("." if symbol == last and beat else symbol)
            last = symbol
        half = beats // 2
        if set(shares[1:]) <= {"."}:
            shares = shares[:1]
        elif beats % 2 == 0 and set(shares[1:half] + shares[half + 1 :]) <= {"."}:
            shares = [shares[0], shares[half]]
        bars.append(" ".join(shares))
    return " | ".join(bars)


def _at(chords: Sequence[TimedChord], beat: float) -> TimedChord | None:
    return next((timed for timed in chords if timed.onset <= beat < timed.end), None)


def _symbol(timed: TimedChord) -> str:
    """As on a lead sheet, where that is read as the same chord; else its label, which is."""
    words, chord = lead_sheet(timed.chord.label), timed.chord
    try:
        read = parse_symbol(words)
    except ClipkinError:
        return chord.label
    same = read and (read.root, read.classes, read.bass) == (chord.root, chord.classes, chord.bass)
    return words if same else chord.label


class Shown(NamedTuple):
    """What a grid shows; the scale is the chosen one, or the key found in the prompt."""

    prompt: Prompt | None
    result: Result | None
    choice: Choice | None
    second: Prompt | None
    scale: Scale | None


class GridView(Grid):
    """A grid that follows the state."""

    def __init__(self, state: PanelState, shelf: LayerShelf) -> None:
        super().__init__()
        self._state, self._shelf = state, shelf
        self.region_dragged.connect(lambda region: state.change(region=region))
        self._shown: Shown | None = None
        state.follow("prompt chosen second rounds wish", self._show)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event and self.lanes:
            beat, lane = self.axes.beats_at(event.pos().x()), self.axes.lane_at(event.pos().y())
            self.menu_at(beat, lane).popup(event.globalPos())

    def viewportEvent(self, event: QEvent | None) -> bool:
        """A hand that rests is told what lies below it."""
        if isinstance(event, QHelpEvent) and (words := self.words_at(event.pos())):
            QToolTip.showText(event.globalPos(), words, self.view)
            return True
        return super().viewportEvent(event)

    def words_at(self, place: QPoint) -> str:
        """What lies at a place: a chord and its tones, or a note; "" for anything else."""
        axes, lane = self.axes, self.axes.lane_at(place.y())
        if lane is None or not self.lanes or place.x() < axes.left:
            return ""
        shown = self.lanes[lane]
        beat = axes.beats_at(place.x()) - shown.offset
        if place.y() < axes.field(lane).top():
            if (chord := chord_at(shown.chords, beat)) is None:
                return ""
            tones = sorted(chord.classes, key=lambda tone: (tone - chord.root) % 12)
            return f"{lead_sheet(chord.label)}: {' '.join(map(pitches.class_name, tones))}"
        row = int((place.y() - axes.first_row_y(lane)) / axes.row_height(len(shown.rows)))
        pitch = shown.rows.pitches[max(0, len(shown.rows) - 1 - row)]
        note = next((n for n in shown.clip.notes if n.pitch == pitch and n.onset <= beat < n.end), None)
        if note is None:
            return ""
        name = drum_words(pitch, shown.rows.pads) if shown.rows.drums else pitches.name(pitch)
        bar, beat = shown.clip.metre.bar_of(note.onset), shown.clip.metre.in_bar(note.onset) / shown.clip.metre.unit
        where = say("bar {bar}, beat {beat}", bar=bar + 1, beat=f"{beat + 1:g}")
        return f"{name} · {say('velocity {value}', value=note.velocity)} · {where}"

    def menu_at(self, beat: float, lane: int | None = None) -> QMenu:
        """What can be done with the grid at a time; ``lane``: what lies there, None: the ruler."""
        menu, state = context_menu(self), self._state
        add_entry(menu, say("Play from here"), lambda: self.seek.emit(beat))
        add_entry(menu, say("Show all"), self.show_all)
        add_entry(menu, say("Zoom in"), lambda: self.zoom(2.0))
        add_entry(menu, say("Zoom out"), lambda: self.zoom(0.5))
        narrowed = state.wish.region is not None
        add_entry(menu, say("Take the region away"), partial(state.change, region=None), possible=narrowed)
        add_entry(menu, say("The prompt alone"), lambda: state.choose(None), possible=state.chosen is not None)
        if lane is not None and self.lanes[lane].chords:
            menu.addSeparator()
            for at in (beat - self.lanes[lane].offset, None):
                menu.addMenu(self.chord_menu(self.lanes[lane], at, menu))
        return menu

    def chord_menu(self, lane: Lane, beat: float | None, parent: QMenu | None = None) -> ChordMenu:
        """Chords that could stand at a beat of a lane, or (None) follow; a chosen one goes into the form's harmony."""
        wish, clip = self._state.wish, lane.clip
        inside = None if beat is None else min(max(0.0, beat), clip.length - 1e-6)
        choose = (lambda text: self._state.change(chords=text)) if wish.takes("chords") else None
        return ChordMenu(lane, inside, self._shown and self._shown.scale, choose, parent)

    def _show(self) -> None:
        state = self._state
        made, result = state.round_of(state.chosen), state.chosen_result
        prompt = made.prompt if made and result else state.prompt
        second = state.second if result is None and state.wish.row.reads == "pair" else None
        said = (made or state).wish.scale
        if said in (AUTO, OFF):
            said = prompt.key if prompt else ""
        shown = Shown(prompt, result, state.chosen, second, Scale.parse(said) if said else None)
        if shown != self._shown:
            self._shown = shown
            lanes = lanes_of(shown, self._shelf)
            self.show_lanes(lanes, "; ".join(f"{lane.title}: {describe(lane.clip)}" for lane in lanes))
        taken = state.wish.takes("region") and result is None
        self.show_region(state.wish.region if taken else None, taken)


def lanes_of(shown: Shown, shelf: LayerShelf) -> tuple[Lane, ...]:
    """The lanes of a prompt and what came of it; the pitched ones share their rows, drums have their own."""
    prompt, result, choice, second, scale = shown
    given = (prompt and prompt.clip, result and result.variation.clip, second and second.clip)
    clips = [clip for clip in given if clip]
    pitched = Rows.of([clip for clip in clips if not clip.drums] or clips[:1])
    pads = prompt.pads if prompt else ()
    rows = [Rows.of([clip], pads) if clip.drums else pitched for clip in clips]
    if prompt and result and prompt.clip.drums and result.variation.clip.drums:
        rows = [Rows.of(clips, pads)] * len(clips)
    told = []
    if prompt is not None:
        told.append((say("Prompt"), prompt.clip, prompt.chords, 0.0))
    if result is not None and choice is not None:
        offset = prompt.clip.length if prompt and result.follows else 0.0
        told.append((say("Result {number}", number=choice.number), result.variation.clip, result.chords, offset))
    if second is not None:
        told.append((say("Second clip"), second.clip, second.chords, 0.0))
    classes, lanes = frozenset(each for each in range(12) if scale and each in scale), list[Lane]()
    for (title, clip, chords, offset), own in zip(told, rows, strict=True):
        if result is None or clip is not result.variation.clip:
            layer = shelf.of_clip(clip, own)
        else:
            layer = shelf.of_variation(result.variation, result.behind if prompt and own is rows[0] else None, own)
        lanes.append(Lane(title, clip, layer, own, chords, offset, classes, scale.root if scale else None))
    return tuple(lanes)
