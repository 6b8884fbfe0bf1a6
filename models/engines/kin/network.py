"""The network: an encoder that reads the prompt once, a decoder with one step for each note, and the six fields.

An input note is a row (KIND, ONSET, PITCH, DURATION, VELOCITY, MICRO) of whole numbers, as ``representation`` and
``config`` say, with the chord at its onset behind it (``reading.chords``); the decoder's rows have more columns, what
may come next (``CopyFeatures.ahead``). Step t of the decoder has read note t - 1 and predicts note t: first how many
beats later it begins, then where in that beat, its pitch, duration, velocity and micro-timing, each knowing the ones
before it, the pitch also the chord at the onset, and the last three how the pitch was played before
(``CopyFeatures.echo``).

Letters in shapes: B sequences, T steps of the decoder, S notes of the encoder, W width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.analysis.harmony import CLASSES
from models.engines.kin.config import BAR_PLACES, CONTROL_SIZES, DRUM, FIELD_SIZES, FIELDS, ROW, ROW_PITCH, KinConfig
from models.engines.kin.layers import (
    ChordEmbedding,
    ColumnEmbedding,
    DecoderLayer,
    EncoderLayer,
    Norm,
    NoteEmbedding,
    Rotation,
    chord_features,
    rotation,
)
from models.engines.kin.reading.chords import COMING
from models.engines.kin.reading.copy_features import AHEAD_SIZES, ECHO_SIZES, FORETELLERS, PROMPT_NEXT

BEAT, TICK, PITCH = (FIELDS.index(name) for name in ("beat", "tick", "pitch"))


@dataclass(frozen=True)
class Reading:
    """What the encoder made of a prompt: keys and values for each decoder layer, and where notes are."""

    sources: tuple[tuple[Tensor, Tensor], ...]
    mask: Tensor  # (B, 1, 1, S), True at notes
    control: Tensor  # (B, 1, W)
    bar_steps: Tensor  # (B, 1)
    end: Tensor  # (B, 1), steps


@dataclass(frozen=True)
class Known:
    """What is known of N notes beside the decoder's state, for the fields that may point at it.

    places  (N,), 16th in the bar of each onset, once it is chosen
    ahead   (N, A), the columns of ``CopyFeatures.ahead``
    echoes  (N, E), those of ``CopyFeatures.echo``, once the pitch is chosen
    chords  (N, CHORD), the chord at each onset, once it is chosen
    chord_weight    how much the chord pulls, 1 as it was learned
    """

    places: Tensor | None
    ahead: Tensor
    echoes: Tensor | None
    chords: Tensor | None = None
    chord_weight: float = 1.0

    @cached_property
    def heard(self) -> Tensor | None:
        """``chord_features`` of the chords, (N, 36); None where no onset is chosen yet."""
        return None if self.chords is None else chord_features(self.chords)

    @property
    def foretold(self) -> Tensor:
        """(N, FORETELLERS, 3): beats + 1, tick, pitch + 1; the first is 0 where nothing is foretold."""
        prompt, others = self.ahead[:, :3], self.ahead[:, PROMPT_NEXT : PROMPT_NEXT + 3 * (FORETELLERS - 1)]
        return torch.cat([prompt, others], dim=1).unflatten(1, (FORETELLERS, 3))

    def pointed(self, field: int, chosen: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Values of a field that memory proposes, (N, K), and which of them count; ``chosen``: the fields before it.

        A foreteller that was wrong about one field of a note isn't asked about the next.
        """
        if field > PITCH:
            assert self.echoes is not None
            values = self.echoes[:, field - PITCH - 1 :: 3] - 1
            return values.clamp(min=0), values >= 0
        foretold = self.foretold - torch.tensor([1, 0, 1], device=self.ahead.device)
        counts = foretold[..., BEAT] >= 0
        for earlier in range(field):
            counts = counts & (foretold[..., earlier] == chosen[earlier][:, None])
        return foretold[..., field].clamp(min=0), counts


class FieldChain(nn.Module):
    """Predicts the fields of a note one after the other.

    The state starts as the decoder's output; each chosen value is folded into it before the next field is predicted.
    After the tick the place in the bar is folded in as well, after the pitch how it was played before. With ``memory``
    each field also points at what memory proposes: the state says how much more likely that becomes, the idea of
    pointer networks (Vinyals, Fortunato & Jaitly 2015) beside a whole vocabulary (See, Liu & Manning 2017). In the same
    way the state says how much likelier each degree of the chord at the onset, its members and its bass become.
    """

    def __init__(self, width: int, *, memory: bool = True) -> None:
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(width, size) for size in FIELD_SIZES)
        self.norms = nn.ModuleList(Norm(width) for _ in FIELD_SIZES)
        self.values = nn.ModuleList(nn.Embedding(size, width) for size in FIELD_SIZES[:-1])
        self.folds = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width)) for _ in FIELD_SIZES[:-1]
        )
        self.place = nn.Embedding(BAR_PLACES + 1, width)
        for table in (*self.values, self.place):
            nn.init.normal_(table.weight, std=0.3)
        self.echo = ColumnEmbedding(ECHO_SIZES, width) if memory else None
        self.pointers = (
            nn.ModuleList(
                nn.Linear(width, FORETELLERS if field <= PITCH else len(ECHO_SIZES) // 3)
                for field in range(len(FIELD_SIZES))
            )
            if memory
            else None
        )
        self.chord = ChordEmbedding(width) if memory else None
        self.pull = nn.Linear(width, CLASSES + 2) if memory else None
        if self.pull is not None:
            nn.init.zeros_(self.pull.weight)
            nn.init.zeros_(self.pull.bias)

    def logits(self, field: int, state: Tensor, known: Known, chosen: Sequence[Tensor]) -> Tensor:
        """Logits of a field, (N, size), from the state before it, (N, W), and the fields chosen so far, (N,) each."""
        state = self.norms[field](state)
        logits = self.heads[field](state)
        if self.pointers is None:
            return logits
        values, counts = known.pointed(field, chosen)
        logits = logits.scatter_add(-1, values, (self.pointers[field](state) * counts).to(logits.dtype))
        if field == PITCH and known.chords is not None:
            logits = logits + known.chord_weight * self.pulled(state, known).to(logits.dtype)
        return logits

    def pulled(self, state: Tensor, known: Known) -> Tensor:
        """What the chord at the onset adds to each pitch's logit, (N, 256); nothing where none is known."""
        assert self.pull is not None
        assert known.chords is not None
        assert known.heard is not None
        degrees, member, bass = self.pull(state).split((CLASSES, 1, 1), dim=-1)
        root = known.chords[:, :1]
        above = (torch.arange(CLASSES, device=state.device) - root + 1) % CLASSES  # (N, 12)
        members, _, is_bass = known.heard.split(CLASSES, dim=-1)
        classes = (degrees.gather(-1, above) + member * members + bass * is_bass) * (root > 0)  # (N, 12)
        tones = classes.repeat(1, -(-DRUM // CLASSES))[:, :DRUM]
        return F.pad(tones, (0, DRUM))

    def fold(self, field: int, state: Tensor, value: Tensor, known: Known) -> Tensor:
        """The state after a field got its value, (N, W)."""
        told = self.norms[field](state) + self.values[field](value)
        if field == TICK and known.places is not None:
            told = told + self.place(known.places)
        if field == TICK and self.chord is not None and known.heard is not None:
            told = told + self.chord.weight(known.heard.to(told.dtype))
        if field == PITCH and self.echo is not None:
            told = told + self.echo(known.echoes)
        return state + self.folds[field](told)


class Network(nn.Module):
    """Encoder, decoder and fields."""

    def __init__(self, config: KinConfig) -> None:
        super().__init__()
        self.config = config
        width, heads, hidden, dropout = config.width, config.heads, config.hidden, config.dropout
        self.embed = NoteEmbedding(width)
        self.ahead = ColumnEmbedding(AHEAD_SIZES, width)
        self.beside = ChordEmbedding(width, with_note=True)
        self.coming = ChordEmbedding(width, with_note=True, with_next=True)
        self.controls = nn.ModuleList(nn.Embedding(size, width) for size in CONTROL_SIZES)
        for table in self.controls:
            nn.init.normal_(table.weight, std=0.1)
        self.encoder = nn.ModuleList(EncoderLayer(width, heads, hidden, dropout) for _ in range(config.encoder_layers))
        self.encoder_norm = Norm(width)
        self.decoder = nn.ModuleList(DecoderLayer(width, heads, hidden, dropout) for _ in range(config.decoder_layers))
        self.decoder_norm = Norm(width)
        self.fields = FieldChain(width)
        self.drop = nn.Dropout(dropout)

    def rotation(self, onsets: Tensor, indices: Tensor | None) -> Rotation:
        """Angles for (B, T) onsets (and indices), for all heads."""
        return rotation(onsets, indices, self.config.heads, self.config.width // self.config.heads)

    def read(self, rows: Tensor, controls: Tensor, bar_steps: Tensor, end: Tensor) -> Reading:
        """Read prompts.

        rows (B, S, 6 + CHORD), kind 0 where padded; controls (B, C); bar_steps, end (B, 1) in steps.
        """
        control = torch.stack([table(controls[:, i]) for i, table in enumerate(self.controls)]).sum(0)[:, None]
        notes, chords = rows[..., :ROW], rows[..., ROW:]
        x = self.embed(notes, bar_steps, end) + self.beside(chords, rows[..., ROW_PITCH]) + control
        x = self.drop(x)  # (B, S, W)
        mask = (rows[..., 0] > 0)[:, None, None, :]  # (B, 1, 1, S)
        onsets = rows[..., 1]
        indices = torch.arange(rows.shape[1], device=rows.device).expand(rows.shape[:2])
        by = self.rotation(onsets, indices)
        for layer in self.encoder:
            x = layer(x, by, mask)
        x = self.encoder_norm(x)  # (B, S, W)
        cross_by = self.rotation(onsets, None)
        sources = tuple(layer.cross.keys_values(x, cross_by) for layer in self.decoder)
        return Reading(sources, mask, control, bar_steps, end)

    def embed_step(self, rows: Tensor, reading: Reading) -> Tensor:
        """What enters the decoder, rows (B, T, R) -> (B, T, W)."""
        notes = self.embed(rows[..., :ROW], reading.bar_steps, reading.end)
        ahead = self.ahead(rows[..., ROW:-COMING]) + self.coming(rows[..., -COMING:], rows[..., ROW_PITCH])
        return notes + ahead + reading.control

    def states(self, reading: Reading, rows: Tensor) -> Tensor:
        """The decoder's output for the notes so far, rows (B, T, R) -> (B, T, W); step t may see rows 0…t."""
        x = self.drop(self.embed_step(rows, reading))  # (B, T, W)
        onsets = rows[..., 1]
        indices = torch.arange(rows.shape[1], device=rows.device).expand(rows.shape[:2])
        by, cross_by = self.rotation(onsets, indices), self.rotation(onsets, None)
        for layer, source in zip(self.decoder, reading.sources, strict=True):
            x = layer(x, by, cross_by, source, reading.mask)
        return self.decoder_norm(x)

    def losses(
        self, states: Tensor, targets: Tensor, known: Known, weights: Tensor, *, smoothing: float = 0.0
    ) -> Tensor:
        """See ``chain_losses``."""
        return chain_losses(self.fields, states, targets, known, weights, smoothing)


def chain_losses(
    fields: FieldChain, states: Tensor, targets: Tensor, known: Known, weights: Tensor, smoothing: float
) -> Tensor:
    """Negative log likelihood (nats) of each field, weighted, (N, 6).

    states     (N, W), the steps that count
    targets    (N, 6), the value of each field
    known      of those steps and their targets
    weights    (N, 6), 0 where a field isn't said
    smoothing  0-1, label smoothing of the pitch
    """
    result = []
    chosen = targets.unbind(-1)  # (N,) each
    for field, value in enumerate(chosen):
        logits = fields.logits(field, states, known, chosen[:field])  # (N, size)
        result.append(
            F.cross_entropy(
                logits.float(), value, reduction="none", label_smoothing=smoothing if field == PITCH else 0.0
            )
        )
        if field + 1 < len(chosen):
            states = fields.fold(field, states, value, known)
    return torch.stack(result, dim=-1) * weights  # (N, 6)
