"""Temperature, top-p and min-p, and the draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sampling.choose import SamplingParameters, choose, choose_each

NEVER = -np.inf
logit_rows = st.lists(st.floats(-8, 8), min_size=1, max_size=12).map(np.array)


@settings(max_examples=60, deadline=None)
@given(logit_rows, st.integers(0, 2**20), st.floats(0.1, 2), st.floats(0.05, 1), st.floats(0, 0.9))
def test_what_is_masked_is_never_drawn(logits, seed, temperature, top_p, min_p) -> None:
    masked = logits.copy()
    masked[::2] = NEVER
    if not np.isfinite(masked).any():
        masked[0] = 0.0
    drawn = choose(masked, SamplingParameters(temperature, top_p, min_p), np.random.default_rng(seed))
    assert np.isfinite(masked[drawn])


@settings(max_examples=30, deadline=None)
@given(logit_rows, st.integers(0, 2**20))
def test_min_p_of_one_leaves_only_the_likeliest(logits, seed) -> None:
    drawn = choose(logits, SamplingParameters(min_p=1.0), np.random.default_rng(seed))
    assert logits[drawn] == pytest.approx(logits.max(), abs=1e-9)


def test_a_small_top_p_leaves_only_the_likeliest() -> None:
    rng = np.random.default_rng(0)
    assert {choose(np.array([0.0, 3.0, 1.0]), SamplingParameters(top_p=0.1), rng) for _ in range(50)} == {1}


def test_chances_are_those_of_the_logits() -> None:
    rng = np.random.default_rng(1)
    drawn = (
        np.bincount([choose(np.log([0.2, 0.5, 0.3]), SamplingParameters(), rng) for _ in range(4000)], minlength=3)
        / 4000
    )
    assert drawn == pytest.approx([0.2, 0.5, 0.3], abs=0.03)


def test_a_low_temperature_prefers_the_likely() -> None:
    rng = np.random.default_rng(2)
    cool = sum(choose(np.log([0.4, 0.6]), SamplingParameters(temperature=0.2), rng) for _ in range(500)) / 500
    assert cool > 0.8


def test_nothing_to_choose_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="masked"):
        choose(np.array([NEVER, NEVER]), SamplingParameters(), np.random.default_rng(0))


def test_rows_are_drawn_as_one_after_the_other() -> None:
    logits = np.random.default_rng(1).normal(size=(6, 40)) * 2
    logits[:, 7:9] = -np.inf
    daring = SamplingParameters(0.8, 0.9, 0.05)
    one, other = np.random.default_rng(2), np.random.default_rng(2)
    assert choose_each(logits, daring, [one] * 6).tolist() == [choose(row, daring, other) for row in logits]
