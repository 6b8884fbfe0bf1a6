"""What fixes the network ``kin``: its sizes, and the vocabulary of every field of a note.

Read by the representation, the network and training; loads no torch.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from models.sampling import grid

STEPS = grid.STEPS
"""Grid steps in a beat: 16ths, 32nds, triplets of 8ths and of 16ths."""

DURATIONS = tuple(int(steps) for steps in grid.DURATIONS)
"""Note lengths, in steps."""

MICRO = 10
"""Micro-timing runs from -MICRO to MICRO."""
MICRO_UNIT = 1 / 80
"""Beats of one unit of micro-timing: 6 ms at 120 BPM."""

VELOCITIES = 32
DRUM = 128
"""A drum pitch p is written as DRUM + p: drums share no embedding with tones."""

LONGEST_WAIT = 16
"""Most beats between two onsets."""

# Sizes of the input tables; 0 is "not said" in each.
PITCH_SIZE = 1 + 2 * 128
DURATION_SIZE = 1 + len(DURATIONS)
VELOCITY_SIZE = 1 + VELOCITIES
MICRO_SIZE = 1 + 2 * MICRO + 1

# Sizes of the output fields, in the order in which they are chosen. END stands in the field "beat".
END = LONGEST_WAIT + 1
FIELDS = ("beat", "tick", "pitch", "duration", "velocity", "micro")
FIELD_SIZES = (LONGEST_WAIT + 2, STEPS, 256, len(DURATIONS), VELOCITIES, 2 * MICRO + 1)

PITCH_FIELD = FIELDS.index("pitch")

ROW = 6
"""Columns of a note's row: kind, onset, pitch, duration, velocity, micro."""
ROW_ONSET, ROW_PITCH = 1, 2
"""The columns of a row that hold its onset and its pitch."""
KINDS = (
    "pad",
    "begin",
    "span start",
    "span end",
    "prompt",
    "fixed",
    "new",
    "context melody",
    "context chords",
    "context bass",
    "context drums",
)
PAD, BEGIN, SPAN_START, SPAN_END, PROMPT, FIXED, NEW, CONTEXT = range(8)
ROLES = ("melody", "chords", "bass", "drums")
TASKS = ("vary", "infill", "continue", "humanise")

BAR_PLACES = 32
"""16ths of a bar that have an embedding; a longer bar shares the last one. 0 is "metre not known"."""
BARS, BEATS_LEFT = 16, 36
NOTE_SIZES = {
    "kind": len(KINDS),
    "pitch": PITCH_SIZE,
    "pitch_class": 14,
    "duration": DURATION_SIZE,
    "velocity": VELOCITY_SIZE,
    "micro": MICRO_SIZE,
    "tick": STEPS,
    "place": BAR_PLACES + 1,
    "bar": BARS,
    "left": BEATS_LEFT,
}
"""The tables of which a note's embedding is the sum."""

SHORTEST_WAVE, LONGEST_WAVE = 6.0, 3072.0
"""Wavelengths of the rotation by onset, in steps of 1/24 beat: a 16th to 32 bars of 4/4."""

# Controls, one number each; 0 is "not said".
CONTROLS = ("task", "role", "similarity", "density", "metre", "length", "tempo", "feel")
CONTROL_SIZES = (5, 5, 12, 7, 34, 18, 10, 5)


@dataclass(frozen=True)
class KinConfig:
    """Sizes of the network.

    width must be a multiple of heads, and width / heads of 4 (two kinds of rotation, each on pairs).
    """

    width: int = 128
    heads: int = 4
    encoder_layers: int = 4
    decoder_layers: int = 2
    hidden: int = 344
    dropout: float = 0.1

    def as_dict(self) -> dict[str, float]:
        """The sizes by name, as the model card keeps them."""
        return asdict(self)


PROFILES = {
    "small": KinConfig(width=160, heads=5, hidden=432, dropout=0.2),
    "full": KinConfig(width=320, heads=5, encoder_layers=6, decoder_layers=3, hidden=640),
    "tiny": KinConfig(width=32, heads=2, encoder_layers=1, decoder_layers=1, hidden=64),
}
"""``small`` trains on two CPU cores, ``full`` on a GPU, ``tiny`` is for tests."""
