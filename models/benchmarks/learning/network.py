"""A network of ``kin``'s family for four voices: one step of attention for each 16th, then the voices in turn.

As ``kin`` reads a note at a step and writes its fields one after the other, this network reads a frame at a step and
writes soprano, alto, tenor and bass of the next one, each knowing those before it. The likelihood is that of the voices
interleaved in time: every note is predicted from all frames before it and the voices above it.

A voice's next pitch is scored three ways at once: as a pitch, as a movement of that voice, and as an interval to the
voices that are known already; the last two are the same in every key.

Letters in shapes: B pieces, T frames, W width, P numbers of a voice.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  (torch's own habit)
from torch import Tensor, nn

from models.benchmarks.learning.frames import BEFORE, PITCHES, SILENCE, VOICES, ChoraleBatch
from models.engines.kin.layers import Attention, FeedForward, Norm, Rotation, rotation

_STEPS_A_FRAME = 6
"""Frames in the steps of 1/24 beat that ``rotation`` counts."""
_FARTHEST = 24
_MOVES = 2 * _FARTHEST + 3
"""Semitones from -24 to 24, to silence, from silence."""
_HELD = 24
"""Frames that a pitch has been held are counted up to here."""
_PLACES = 16


@dataclass(frozen=True)
class ChoraleConfig:
    """Sizes of the network; forgetting: how often (0-1) in training a voice of a frame is not seen.

    229 chorales are soon known by heart: much is dropped, and nothing says how far into a piece a frame lies.
    """

    width: int = 192
    heads: int = 6
    layers: int = 4
    hidden: int = 512
    dropout: float = 0.4
    forgetting: float = 0.15


class CausalLayer(nn.Module):
    """Looks back; ``kin``'s decoder layer without an encoder to look at."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        self.norm_self, self.norm_ff = Norm(config.width), Norm(config.width)
        self.attention = Attention(config.width, config.heads)
        self.feed_forward = FeedForward(config.width, config.hidden)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, by: Rotation) -> Tensor:
        """x (B, T, W)."""
        y = self.norm_self(x)
        keys, values = self.attention.keys_values(y, by)
        x = x + self.drop(self.attention.read(self.attention.queries(y, by), keys, values, causal=True))
        return x + self.drop(self.feed_forward(self.norm_ff(x)))


class FrameEmbedding(nn.Module):
    """Sum of what is seen of a frame: each voice's pitch, movement and age, the intervals to the bass, its place."""

    def __init__(self, width: int, forgetting: float) -> None:
        super().__init__()
        voices = len(VOICES)
        self.forgetting = forgetting
        self.pitch_table = nn.Embedding(voices * (PITCHES + 1), width)
        self.move_table = nn.Embedding(voices * _MOVES, width)
        self.held_table = nn.Embedding(voices * (_HELD + 1), width)
        self.interval_table = nn.Embedding(voices * 13, width)
        self.place_table = nn.Embedding(_PLACES, width)
        for table in (self.pitch_table, self.move_table, self.held_table, self.interval_table, self.place_table):
            nn.init.normal_(table.weight, std=0.1)
        self.register_buffer("moves", move_numbers(), persistent=False)

    def forward(self, frames: Tensor, starts: Tensor) -> Tensor:
        """What step t may see, frame t - 1; frames (B, T, 4), starts (B, 1) -> (B, T, W)."""
        before = shifted(frames)  # (B, T, 4)
        voice = torch.arange(len(VOICES), device=frames.device)
        move = self.moves[shifted(before), before.clamp(max=PITCHES - 1)]
        known = (before > SILENCE) & (before < BEFORE)
        bass = before[..., 3:]
        interval = torch.where(known & known[..., 3:], (before - bass) % 12 + 1, 0)
        place = starts + torch.arange(frames.shape[1], device=frames.device)  # (B, T)
        seen = (
            self.pitch_table(before + voice * (PITCHES + 1))
            + self.move_table(move + voice * _MOVES)
            + self.held_table(held(before) + voice * (_HELD + 1))
            + self.interval_table(interval + voice * 13)
        )
        if self.training and self.forgetting:
            seen = seen * (torch.rand(seen.shape[:-1], device=seen.device) >= self.forgetting)[..., None]
        return seen.sum(-2) + self.place_table(place % _PLACES)


class VoiceChain(nn.Module):
    """Writes the voices of a frame one after the other."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        voices = range(len(VOICES))
        self.norms = nn.ModuleList(Norm(width) for _ in voices)
        self.thoughts = nn.ModuleList(FeedForward(width, width) for _ in voices)
        self.out_norms = nn.ModuleList(Norm(width) for _ in voices)
        self.pitches = nn.ModuleList(nn.Linear(width, PITCHES) for _ in voices)
        self.moves = nn.ModuleList(nn.Linear(width, _MOVES) for _ in voices)
        self.intervals = nn.ModuleList(nn.Linear(width, _MOVES * voice) for voice in voices if voice)
        self.pitch_tables = nn.ModuleList(nn.Embedding(PITCHES, width) for _ in voices)
        self.move_tables = nn.ModuleList(nn.Embedding(_MOVES, width) for _ in voices)
        for table in (*self.pitch_tables, *self.move_tables):
            nn.init.normal_(table.weight, std=0.2)
        self.drop = nn.Dropout(dropout)
        self.register_buffer("numbers", move_numbers(), persistent=False)

    def forward(self, state: Tensor, before: Tensor, frames: Tensor) -> list[Tensor]:
        """Logits of each voice, (N, P) each, from states (N, W), the frames before (N, 4), the frames (N, 4)."""
        result = []
        for voice in range(len(VOICES)):
            state = state + self.drop(self.thoughts[voice](self.norms[voice](state)))
            h = self.drop(self.out_norms[voice](state))
            logits = self.pitches[voice](h)
            logits = logits + self.moves[voice](h).gather(-1, self.numbers[before[:, voice]])
            if voice:
                scores = self.intervals[voice - 1](h).unflatten(-1, (voice, _MOVES))  # (N, v, M)
                logits = logits + scores.gather(-1, self.numbers[frames[:, :voice]]).sum(-2)
            result.append(logits)
            chosen = frames[:, voice]
            state = (
                state
                + self.pitch_tables[voice](chosen)
                + self.move_tables[voice](self.numbers[before[:, voice], chosen])
            )
        return result


class ChoraleNetwork(nn.Module):
    """Frames in, the cost of every note out."""

    def __init__(self, config: ChoraleConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = FrameEmbedding(config.width, config.forgetting)
        self.layers = nn.ModuleList(CausalLayer(config) for _ in range(config.layers))
        self.norm = Norm(config.width)
        self.chain = VoiceChain(config.width, config.dropout)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, batch: ChoraleBatch, smoothing: float = 0.0) -> Tensor:
        """Costs (nats) of the four voices of each frame that is there, (N, 4)."""
        x = self.drop(self.embed(batch.frames, batch.starts))  # (B, T, W)
        place = torch.arange(batch.frames.shape[1], device=x.device).expand(batch.frames.shape[:2])
        by = rotation(place * _STEPS_A_FRAME, place, self.config.heads, self.config.width // self.config.heads)
        for layer in self.layers:
            x = layer(x, by)
        real = batch.real
        frames = batch.frames[real]  # (N, 4)
        logits = self.chain(self.norm(x)[real], shifted(batch.frames)[real], frames)
        return torch.stack(
            [
                F.cross_entropy(of_voice.float(), frames[:, voice], reduction="none", label_smoothing=smoothing)
                for voice, of_voice in enumerate(logits)
            ],
            dim=-1,
        )  # (N, 4)


def shifted(frames: Tensor) -> Tensor:
    """The frame before each frame, (B, T, 4)."""
    return F.pad(frames, (0, 0, 1, 0), value=BEFORE)[:, :-1]


def held(frames: Tensor) -> Tensor:
    """For how many frames before this one each voice has had its pitch, up to _HELD, (B, T, 4)."""
    changed = F.pad(frames[:, 1:] != frames[:, :-1], (0, 0, 1, 0), value=True)
    place = torch.arange(frames.shape[1], device=frames.device)[None, :, None].expand_as(frames)
    since = torch.where(changed, place, 0).cummax(1).values
    return (place - since).clamp(max=_HELD)


def move_numbers() -> Tensor:
    """Number of the movement from one number of a voice to another, (P + 1, P)."""
    first, second = torch.meshgrid(torch.arange(PITCHES + 1), torch.arange(PITCHES), indexing="ij")
    moves = (second - first).clamp(-_FARTHEST, _FARTHEST) + _FARTHEST
    moves = torch.where((first == SILENCE) | (first == BEFORE), _MOVES - 1, moves)
    return torch.where(second == SILENCE, _MOVES - 2, moves)
