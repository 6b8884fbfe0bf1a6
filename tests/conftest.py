"""What all tests share: how hypothesis searches."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("here", deadline=None, suppress_health_check=list(HealthCheck))
# The same examples each time, so that a change is judged by what it changed; shrinking could outlast the time limit.
settings.register_profile(
    "ci", settings.get_profile("here"), derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("ci" if os.environ.get("CI") else "here")
