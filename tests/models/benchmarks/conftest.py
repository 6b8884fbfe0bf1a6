"""Training in tests takes one thread, as it does at work: a second one waits for a busy machine and is slower."""

from __future__ import annotations

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)
