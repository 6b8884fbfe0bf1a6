"""Accompaniment: a part for the clips that play, with a seed for each result.

A way to play is chosen by the seed among those that the words, or the scene's style, allow, so every seed makes its
result again, alone or among others.

Offers: ``accompanied``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.accompaniment.accompany import WORDS, Accompaniment, AccompanyOptions, accompany
from models.accompaniment.bass import LEAST_SHARED
from models.analysis.role import find_role
from models.evaluation.originality import originality
from models.generator import Cancelled, Engine, OnProgress, Report, Request, Variation, ignore_progress, never_cancelled
from models.music.clip import Clip, Role
from models.music.errors import Refused
from models.music.similarity import similarity

PARTS: dict[Role, str] = {"bass": "bass", "chords": "chords", "melody": "counter", "drums": "drums"}
"""What each role is called among accompaniments."""


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
    words, part = request.style.split(), PARTS[role]
    idle = [word for word in words if player or word not in WORDS[part]]
    remarks = (f"Without effect on {player.name if player else part}: {', '.join(idle)}.",) if idle else ()
    known = " ".join(word for word in words if word not in idle)
    options = AccompanyOptions(part=part, style=known, scale=request.scale, chords=request.chords, seed=request.seed)
    made = 0
    for found in accompany(heard, options, request.count + (replaced is not None), player=player):
        if cancelled():
            return
        scale = None if role == "drums" else request.scale
        clip = found.clip.with_notes([note for note in found.clip.notes if scale is None or note.pitch in scale])
        if not clip.notes or made == request.count or (replaced and clip.notes == replaced.notes):
            continue
        made += 1
        on_progress(made / request.count, "accompanying")
        yield Variation(clip, found.seed, (None,) * len(clip.notes), _report(replaced, found, clip, remarks))
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


def _report(replaced: Clip | None, found: Accompaniment, clip: Clip, remarks: tuple[str, ...]) -> Report:
    """What is told of a part; its score is how well it goes with the harmony and with who leads the rhythm, and
    how usual it is in the style."""
    who = f"Played by the engine {found.engine}." if found.engine else f"Played {found.manner}."
    alike = similarity(replaced.notes, clip.notes, drums=clip.drums) if replaced and replaced.notes else 0.0
    own = originality(clip)
    return Report(
        similarity=alike,
        originality=None if own.value is None else round(own.value, 4),
        score=round((2 * found.on_chord + found.in_scale + min(1.0, found.shared / LEAST_SHARED) + found.usual) / 5, 4),
        measures={"shared_onsets": found.shared, "on_chord": found.on_chord},
        remarks=(who, *remarks, *filter(None, (own.reason,))),
    )
