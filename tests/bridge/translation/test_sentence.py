"""Sentences without their numbers, so that two that differ in numbers only are one string."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.messages.message import LARGEST
from bridge.translation.notes import put_numbers_in, take_numbers_out


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="{}"), max_size=60))
def test_numbers_leave_a_sentence_and_come_back(sentence):
    text, numbers = take_numbers_out(sentence)
    assert put_numbers_in(text, numbers) == sentence
    assert len(numbers) % 2 == 0
    assert all(abs(number) <= LARGEST for number in numbers)


@pytest.mark.parametrize(
    ("sentence", "text", "numbers"),
    [
        ("The count must be 1 to 64, not 99.", "The count must be {} to {}, not {}.", (1, 0, 64, 0, 99, 0)),
        ("As near as 0.61.", "As near as {}.", (61, 2)),
        ("Bar 007 of 99999999", "Bar 007 of 99999999", ()),
        ("not -5, nor -0.25", "not {}, nor {}", (-5, 0, -25, 2)),
        ("of 16-20, a lo-3 and 1 -2", "of {}-{}, a lo-{} and {} {}", (16, 0, 20, 0, 3, 0, 1, 0, -2, 0)),
        ("-0 and -0.0", "-0 and -0.0", ()),
        ("0.05 and 0", "{} and {}", (5, 2, 0, 0)),
    ],
)
def test_two_sentences_that_differ_in_numbers_only_are_one_string(sentence, text, numbers):
    assert take_numbers_out(sentence) == (text, numbers)
