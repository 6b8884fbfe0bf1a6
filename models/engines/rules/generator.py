"""The engine ``rules``: musical edits by rule, at once and without weights.

For each variation it sketches moves - figures on notes, chords and bars (``plan``), or new material out of the
prompt's own (``compose``) - all of them legal whatever is chosen, and lets the dial choose (``models/constraints``).
"""

from __future__ import annotations

from collections.abc import Sequence

from models.constraints.edits import Sketch
from models.engines.rules.card import NAME, TASKS
from models.engines.rules.humanise import humanised
from models.engines.rules.plan import sketch_variation
from models.engines.rules.setting import Setting
from models.generator import Cancelled
from models.music.clip import ROLES
from models.sampling.engine import Conditions, ProposingEngine, Trial


class RulesEngine(ProposingEngine):
    """Varies, fills in, continues and humanises clips of every role."""

    name, tasks, roles = NAME, TASKS, ROLES

    def hypotheses(self, conditions: Conditions, trials: Sequence[Trial], cancelled: Cancelled) -> list[list[Sketch]]:
        """See ``ProposingEngine``; one for each trial."""
        setting = Setting.of(conditions, cancelled)
        return [[_sketch(setting, conditions, trial)] for trial in trials]


def _sketch(setting: Setting, conditions: Conditions, trial: Trial) -> Sketch:
    setting.begin(trial)
    target = conditions.target
    if conditions.task == "humanise":
        return humanised(setting, timed=setting.freedom.may.move)
    if not setting.freedom.may.reshape or (target is not None and target >= 1):
        return humanised(setting, timed=False)
    return sketch_variation(setting, target)


def load(name: str) -> RulesEngine:
    """The engine of this folder; there is nothing to read."""
    return RulesEngine()
