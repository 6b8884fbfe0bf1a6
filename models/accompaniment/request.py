"""Accompaniment: a part for the clips that play, with a seed for each result.

A figure of the bass (or a kind of drums) is chosen by the seed among those that the words allow, so every seed makes
its result again, alone or among others. Chords are voiced exactly, the best first: their seeds are ranks, below 64.

Offers: ``accompanied``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.accompaniment.accompany import WORDS, Accompaniment, AccompanyOptions, accompany
from models.accompaniment.bass import FIGURES
from models.analysis.role import find_role
from models.generator import (
    LARGEST_SEED,
    Cancelled,
    Engine,
    OnProgress,
    Report,
    Request,
    Variation,
    ignore_progress,
    never_cancelled,
)
from models.harmony.offer import first_rank
from models.music.clip import Clip, Role
from models.music.errors import Refused
from models.music.note import Note
from models.music.similarity import similarity

PARTS: dict[Role, str] = {"bass": "bass", "chords": "chords", "melody": "counter", "drums": "drums"}
"""What each role is called among accompaniments."""

_TRIES = 4
"""Seeds tried for each result that is asked for: some give what another gave already."""


def accompanied(
    request: Request,
    players: Sequence[Engine] = (),
    on_progress: OnProgress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[Variation]:
    """Up to ``request.count`` parts of the request's role (a bass where it names none) for the clips that play.

    players  the engine that writes them, if one shall; by rule they are written without
    A prompt of that role beside other clips is the one to be replaced: it isn't listened to. Raises BadValue, EmptyClip
    or Refused before the first one.
    """
    role = request.role or "bass"
    replaced = _replaced(request, role)
    heard = [clip for clip in (*request.prompts, *request.context) if clip is not replaced]
    player = players[0] if players else None
    words, remarks = _words(request, PARTS[role], player)
    taken = {replaced.notes} if replaced else set()
    made = 0
    options = AccompanyOptions(
        part=PARTS[role], style=" ".join(words), scale=request.scale, chords=request.chords, seed=request.seed
    )
    for seed, found in _found(request, options, heard, player):
        if cancelled():
            return
        clip = found.clip if role == "drums" or request.scale is None else _inside(found.clip, request)
        if not clip.notes or clip.notes in taken:
            continue
        taken.add(clip.notes)
        made += 1
        on_progress(made / request.count, "accompanying")
        yield Variation(clip, seed, (None,) * len(clip.notes), _report(request, replaced, found, clip, remarks))
        if made == request.count:
            return
    if not made:
        raise Refused(
            "No part could be made that differs from the clip in the slot; choose other words or another scale.",
            field="style",
        )


def _replaced(request: Request, role: Role) -> Clip | None:
    """The prompt, where it only stands in the slot: it is empty, or of the wanted role beside clips that play."""
    if not request.prompts or not any(clip.notes for clip in request.context):
        return None
    prompt = request.prompt
    return prompt if not prompt.notes or (prompt.role or find_role(prompt)) == role else None


def _words(request: Request, part: str, player: Engine | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The style words that the part, written by rule, understands, and a remark on the others."""
    words = request.style.split()
    idle = [word for word in words if player or word not in WORDS[part]]
    told = (f"Without effect on {player.name if player else part}: {', '.join(idle)}.",) if idle else ()
    return tuple(word for word in words if word not in idle), told


def _found(
    request: Request, options: AccompanyOptions, heard: list[Clip], player: Engine | None
) -> Iterator[tuple[int, Accompaniment]]:
    """Parts with their seeds, more than are asked for."""
    if options.part == "chords" and player is None:
        first = first_rank(request.seed)
        ranked = accompany(heard, options, first + request.count + 1)
        yield from list(enumerate(ranked))[first % max(1, len(ranked)) :]
        return
    choices = options.style.split() or (list(FIGURES) if options.part == "bass" else [])
    for number in range(_TRIES * request.count):
        seed = (request.seed + number) % (LARGEST_SEED + 1)
        style = choices[seed % len(choices)] if choices else ""
        yield from (
            (seed, each) for each in accompany(heard, replace(options, style=style, seed=seed), 1, player=player)
        )


def _inside(clip: Clip, request: Request) -> Clip:
    """The clip without notes outside the scale that is asked for."""
    notes: list[Note] = [note for note in clip.notes if request.scale is None or note.pitch in request.scale]
    return clip.with_notes(notes)


def _report(
    request: Request, replaced: Clip | None, found: Accompaniment, clip: Clip, remarks: tuple[str, ...]
) -> Report:
    who = f"Played by the engine {found.engine}." if found.engine else f"Played {found.manner}."
    alike = similarity(replaced.notes, clip.notes, drums=clip.drums) if replaced and replaced.notes else 0.0
    return Report(similarity=alike, measures={"shared_onsets": found.shared}, remarks=(who, *remarks))
