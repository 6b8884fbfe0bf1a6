"""The engine ``rules``: musical edits by rule, at once and without weights.

For each variation it plans edits - figures on notes, chords and bars (``plan``), or new material out of the
prompt's own (``compose``) - all of them legal whatever is chosen, and lets the dial choose (``models/constraints``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.constraints.edits import EditSet
from models.constraints.morphing.steps import morph
from models.engines.rules.card import NAME, TASKS
from models.engines.rules.editor import Editor
from models.engines.rules.humanise import humanise
from models.engines.rules.plan import vary
from models.generator import Cancelled, OnProgress, Request, Variation, ignore_progress, never_cancelled
from models.music.clip import ROLES
from models.sampling.conditions import Conditions, Trial
from models.sampling.engine import ProposingEngine
from models.tasks.table import MOST_VARIATIONS


def load(name: str) -> RulesEngine:
    """The engine of this folder; there is nothing to read."""
    return RulesEngine()


class RulesEngine(ProposingEngine):
    """Varies, fills in, continues and humanises clips of every role."""

    name, tasks, roles = NAME, TASKS, ROLES
    first = MOST_VARIATIONS  # each is drawn when it is asked for

    def generate(
        self, request: Request, on_progress: OnProgress = ignore_progress, cancelled: Cancelled = never_cancelled
    ) -> Iterator[Variation]:
        """See ``models.generator.Engine``."""
        if request.task == "morph":
            yield from morph(self, request, on_progress, cancelled)
        else:
            yield from super().generate(request, on_progress, cancelled)

    def hypotheses(
        self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled
    ) -> Iterator[list[EditSet]]:
        """See ``ProposingEngine``; one for each trial."""
        editor, target, allowed_edits = (
            Editor(conditions, cancelled),
            conditions.target,
            conditions.constraints.allowed_edits,
        )
        for trial in trials:
            editor.begin(trial)
            if conditions.task == "humanise":
                humanise(editor, timed=allowed_edits.move)
            elif not allowed_edits.reshape or (target is not None and target >= 1):
                humanise(editor, timed=False)
            else:
                vary(editor, target)
            yield [editor.edit_set]
