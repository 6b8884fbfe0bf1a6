"""What every engine makes of a request before it draws: the role, the default dial, an empty clip to fill, the kit.

Offers: ``role_of``, ``see_that_it_plays``, ``from_nothing``, ``in_the_kit``, ``DEFAULT_SIMILARITY``.
"""

from __future__ import annotations

from dataclasses import replace

from models.analysis.role import find_role
from models.constraints.constraints import Constraints
from models.constraints.continuation import DEFAULT_BARS, unlocked
from models.generator import Engine, Request
from models.music.beats import Metre
from models.music.clip import Clip, Role
from models.music.errors import Refused

DEFAULT_SIMILARITY = 0.7
_FEW_DRUMS = 3
_COMMON_DRUMS = (36, 38, 42, 46)


def role_of(engine: Engine, request: Request) -> Role:
    """What the prompt is; raises Refused when the engine doesn't play that."""
    role = request.role or request.prompt.role or find_role(request.prompt) or "melody"
    see_that_it_plays(engine, role)
    return role


def see_that_it_plays(engine: Engine, role: Role) -> None:
    """Raise Refused when the engine doesn't play a role."""
    if role not in engine.roles:
        raise Refused(
            f'The engine "{engine.name}" plays {", ".join(engine.roles)}, not {role}; choose another engine.',
            field="engine",
        )


def from_nothing(request: Request, role: Role) -> Request:
    """A generated clip as an infill of an empty one."""
    heard = request.context[0] if request.context else None
    metre = request.metre or (heard.metre if heard else Metre())
    tempo = request.tempo or (heard.tempo if heard else 120.0)
    empty = Clip((), (request.bars or DEFAULT_BARS) * metre.bar, tempo=tempo, metre=metre, role=role)
    return unlocked(request, empty, region=None, role=role)


def in_the_kit(constraints: Constraints) -> Constraints:
    """The constraints of a beat without the drums that it doesn't use: a producer's rack may not have them.

    The pitches that a few drums lack most are let in where the beat has hardly any; a range that is asked for stands.
    """
    if not constraints.drums or not constraints.notes or constraints.request.range is not None:
        return constraints
    used = {note.pitch for note in constraints.notes}
    kit = constraints.allowed & (used if len(used) >= _FEW_DRUMS else used | set(_COMMON_DRUMS))
    return replace(constraints, allowed=kit) if len(kit) > 1 else constraints
