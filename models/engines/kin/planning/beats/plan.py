"""Varying a beat as a drummer does: a few named moves, each of which is fit to be played.

The skeleton stays: the kick's pattern, the backbeat and all loud snares, crashes, rolls, and the beats that the hats
run over. What varies is what a drummer varies at will: the time as a whole pattern, ghosts before kicks and
backbeats, a kick that leads into one of the pattern, percussion at a place of the bar, the end of a phrase. A beat
that is played on rather than repeated takes whole bars from elsewhere in the clip.

Offers: ``BeatPlan``, ``IDEAS``.
"""

from __future__ import annotations

from models.engines.kin.planning.beats.phrases import PhraseMoves

_IDEAS: dict[str, tuple[str, ...]] = {
    "time": ("time", "time", "open_hat"),
    "kick": ("pickup", "pickup", "pickup"),
    "fill": ("fill", "pickup", "open_hat"),
    "ghosts": ("ghosts", "ghosts", "fewer_ghosts"),
    "percussion": ("colour", "colour", "open_hat"),
    "section": ("section", "open_hat"),
    "second half": ("time", "ghosts", "pickup"),
}
IDEAS = tuple(_IDEAS)
"""What a beat's variation is about; a seed has one."""
_OTHERS = ("ghosts", "time", "pickup", "open_hat", "colour", "bursts", "join")
_LAST = ("time", "colour", "bursts", "section", "fewer_ghosts", "bars", "fill")

_LEVELS = 3
_DIALS = (0.6, 0.42)
"""The dials below which the first and the second level of the skeleton may change."""
_SLACK, _NEAR_ENOUGH = 0.02, 0.047
"""How far before the dial a plan may end, and rather than break the skeleton."""
_FILLS, _THINS, _ABOUT = 0.6, 0.5, 0.3
"""How often a phrase ends in a fill, and the time may be thinned, whatever the idea; how much chance has in the order
of what is let go."""


class BeatPlan(PhraseMoves):
    """A beat and what is done to it, as edits."""

    def apply_edits(self, idea: str) -> None:
        """Change the beat by this idea until the dial is met."""
        target = self.builder.target
        self.idea, self.level = idea, sum(target < dial for dial in _DIALS)
        self.half = idea == "second half" and self.structure.bars > 1
        start = ["bars", "bars"] if self.plays_on else []
        if idea != "fill" and self.rng.random() < _FILLS:
            start.append("fill")  # first, for the time stops for it
        for name in (*start, *_IDEAS[idea], *self.rng.permutation(_OTHERS), *_LAST):
            self._move(name)
        self.half = False
        # What comes is heard as playing, what goes as a hole: every other plan thins only where nothing else suffices.
        every = (*_OTHERS, *_LAST, *(["thin"] if self.rng.random() < _THINS else []))
        for self.insists, moves in ((False, every), (True, every), (True, ("thin",))):
            while any([self._move(name) for name in self.rng.permutation(moves)]):
                pass
            if self.level == 0 and self.builder.similarity <= target + _NEAR_ENOUGH:
                return
        for level in range(self.level, _LEVELS):
            self.level = level
            while not self._done and self._loosen():
                pass

    def _move(self, name: str) -> bool:
        return not self._done and bool(getattr(self, name)())

    @property
    def _done(self) -> bool:
        return self.builder.full or self.builder.similarity <= self.builder.target + _SLACK

    def _loosen(self) -> bool:
        """What the level sets free moves by a step or goes: at one place of every other bar, or of all of them.

        The least important places come first; time and kicks are thinned, not moved, and kicks by half at most.
        """
        firm = () if self.level else ("time", "kick")
        bar, spots = self.structure.bar, dict[tuple[int, int], list[int]]()
        for index, layer in enumerate(self.layers):
            if layer not in firm and self.may_go(index):
                spots.setdefault((self.structure.notes[index].pitch, self.cells[index] % bar), []).append(index)
        weight = {spot: self.strength(spot[1]) + (spot[0] in self.kick_pads) for spot in spots}
        order = sorted(spots, key=lambda spot: (weight[spot] + self.rng.uniform(0, _ABOUT), spot))
        for bars in (range(1, self.structure.bars, 2), range(self.structure.bars)):
            for pad, place in order:
                here = [i for i in spots[pad, place] if self.bar_numbers[i] in bars and not self._bare(i)]
                moves = here and self.layers[here[0]] not in ("time", "kick")
                for way in (*([self.fine, -self.fine] if moves else []), 0):
                    if self.put(self.instead(here, pad, way) if way else [((i,), ()) for i in here]):
                        return True
        return False

    def _bare(self, index: int) -> bool:
        """Is this one of the kicks of a bar that would have fewer than half of them left?"""
        bar = self.bar_numbers[index]
        if self.layers[index] != "kick" or self.level > 1:
            return False
        kicks = [(self.structure.notes[i].pitch, self.cells[i]) for i in self.in_bar(self.of("kick"), bar)]
        return 2 * (len(self.taken.intersection(kicks)) - 1) < len(kicks)
