"""Words become controls, turned down, up or round by what stands before them; nothing is guessed silently."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.mood.controls import CONTROLS, Controls
from models.mood.lexicon.lexicon import entries, look_up, simplified
from models.mood.words import read_words
from models.music.scale import Scale


def amounts(text):
    return [(reading.word, round(reading.amount, 2)) for reading in read_words(text).readings]


def test_the_lexicon_has_more_than_300_words_in_either_language():
    english = [word for word in entries() if word.isascii()]
    assert len(english) >= 300
    assert len(entries()) - len(english) >= 300


def test_every_entry_asks_for_something_within_bounds():
    for entry in entries().values():
        assert entry.kind in ("mood", "energy", "genre", "manner")
        assert -1 <= entry.valence <= 1
        assert -1 <= entry.arousal <= 1
        assert any(entry.controls[name] for name in CONTROLS), entry.word
        assert set(entry.controls.strength) <= set(CONTROLS)
        assert simplified(entry.word) == entry.word, "a lexicon word must survive the reader's own cleaning"


@pytest.mark.parametrize("word", ["romantic", "浪漫", "cheerful", "欢快", "lo-fi", "drum and bass", "r&b", "8-bit"])
def test_a_word_of_the_lexicon_is_read_as_itself(word):
    assert amounts(word) == [(word, 1.0)]


def test_every_word_of_the_lexicon_is_read_whole():
    for word in entries():
        assert [reading.word for reading in read_words(word).readings] == [word]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("very dark", 1.4),
        ("slightly dark", 0.4),
        ("a little dark", 0.4),
        ("not dark", -0.6),
        ("less dark", -0.7),
        ("not too dark", -0.4),
        ("not very dark", -0.4),
        ("too dark", -0.6),
        ("without dark", -0.8),
        ("more dark", 1.0),
    ],
)
def test_degree_and_negation_in_english(text, amount):
    assert amounts(text) == [("dark", amount)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("很黑暗", 1.3),
        ("有点黑暗", 0.4),
        ("不黑暗", -0.6),
        ("不要太黑暗", -0.4),
        ("太黑暗", -0.6),
        ("黑暗一点", 0.5),
        ("更黑暗的感觉", 1.0),
        ("非常黑暗", 1.5),
    ],
)
def test_degree_and_negation_in_chinese(text, amount):
    assert amounts(text) == [("黑暗", amount)]


def test_a_negation_reaches_over_or_and_ends_at_but_and_at_a_comma():
    assert amounts("not sad or gloomy but warm") == [("sad", -0.6), ("gloomy", -0.6), ("warm", 1.0)]
    assert amounts("not sad, warm") == [("sad", -0.6), ("warm", 1.0)]
    assert amounts("not too busy, a little darker") == [("busy", -0.4), ("dark", 0.32)]


def test_both_languages_in_one_text():
    assert amounts("very 浪漫 and bright，不要太快") == [("浪漫", 1.4), ("bright", 1.0), ("快", -0.4)]


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("romantik", "romantic"),
        ("melancolic", "melancholic"),
        ("chearful", "cheerful"),
        ("energtic", "energetic"),
        ("mysterios", "mysterious"),
        ("darker", "dark"),
        ("saddest", "sad"),
        ("happier", "happy"),
        ("softly", "soft"),
        ("gently", "gentle"),
        ("leaps", "leap"),
        ("Dreamy", "dreamy"),
        ("ROMANTIC", "romantic"),
        ("lofi", "lofi"),
    ],
)
def test_inflected_and_misspelled_words_are_found(written, word):
    assert [reading.word for reading in read_words(written).readings] == [word]


def test_a_word_read_otherwise_than_written_is_said():
    assert "romantik (read as romantic)" in read_words("romantik").remarks()[0]


def test_traditional_characters_are_read():
    assert amounts("溫柔 憂鬱 神秘") == [("温柔", 1.0), ("忧郁", 1.0), ("神秘", 1.0)]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("blorptastic sunny", ("blorptastic",)),
        ("xyz", ("xyz",)),
        ("sunny 麒麟", ("麒麟",)),
        ("cat", ("cat",)),
        ("make it sound romantic please", ()),
        ("让它更浪漫一点", ()),
    ],
)
def test_unknown_words_are_named_and_ignored(text, unknown):
    wish = read_words(text)
    assert wish.unknown == unknown
    assert all(any(word in remark for remark in wish.remarks()) for word in unknown)


def test_an_empty_text_asks_for_nothing():
    wish = read_words("  ")
    assert wish.remarks() == ()
    assert not any(wish.controls[name] for name in CONTROLS)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_within_bounds(text):
    wish = read_words(text)
    assert all(-1 <= wish.controls[name] <= 1 for name in CONTROLS)
    assert -1 <= wish.valence <= 1
    assert -1 <= wish.arousal <= 1


# ---- controls


@pytest.mark.parametrize(
    ("axis", "signs"),
    [
        ({"valence": 1.0, "arousal": 0.0}, {"mode": 1, "contour": 1, "register": 1}),
        ({"valence": -1.0, "arousal": 0.0}, {"mode": -1, "contour": -1, "register": -1}),
        (
            {"valence": 0.0, "arousal": 1.0},
            {"density": 1, "dynamics": 1, "articulation": 1, "register": 1, "leaps": 1, "syncopation": 1, "tempo": 1},
        ),
        ({"valence": 0.0, "arousal": -1.0}, {"density": -1, "dynamics": -1, "articulation": -1, "register": -1}),
    ],
)
def test_valence_and_arousal_act_in_the_published_directions(axis, signs):
    controls = Controls.of(**axis)
    assert all(controls[name] * sign > 0 for name, sign in signs.items())


def test_settings_are_in_the_units_of_music():
    loud = Controls({"density": 1.0, "dynamics": 1.0, "articulation": 1.0, "register": 1.0, "tempo": 1.0}).settings
    assert (loud.density_factor, loud.velocity_shift, loud.register_shift) == (1.6, 18, 5)
    assert loud.duration_factor == pytest.approx(0.65)
    calm = Controls({"density": -1.0, "dynamics": -1.0, "articulation": -1.0, "register": -1.0}).settings
    assert (calm.density_factor, calm.velocity_shift, calm.register_shift) == (0.6, -18, -5)
    assert calm.duration_factor == pytest.approx(1.5)
    assert Controls().settings.density_factor == Controls().settings.duration_factor == 1


def test_a_darker_mode_keeps_the_tonic():
    major = Scale.parse("D major")
    assert str(Controls({"mode": -1.0}).recoloured(major)) == "D minor"
    assert str(Controls({"mode": 1.0}).recoloured(Scale.parse("D minor"))) == "D major"
    assert Controls({"mode": 0.1}).recoloured(major) == major
    assert Controls({"mode": 1.0}).recoloured(major).root == 2


def test_look_up_prefers_no_guess_to_a_wrong_one():
    assert look_up("zzzzzz") is None
    assert look_up("sab") is None, "three letters are too few to forgive a slip"


@pytest.mark.parametrize(
    "word", ["充满活力", "愉悦", "like a lullaby", "more syncopated", "less busy", "欢畅", "vibey"]
)
def test_words_as_people_type_them_are_known(word: str) -> None:
    text = read_words(word)
    assert text.readings
    assert not text.unknown


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ("less busy in the second half", (0.5, 1.0)),
        ("darker in the first half", (0.0, 0.5)),
        ("busier at the end", (0.75, 1.0)),
        ("后半段更欢快", (0.5, 1.0)),
    ],
)
def test_a_part_of_the_clip_may_be_meant(written: str, share: tuple[float, float]) -> None:
    text = read_words(written)
    assert text.part is not None
    assert text.part[1] == share
    assert not text.unknown
    assert any("only the" in remark for remark in text.remarks())


def test_opposites_are_named_and_meet_half_way() -> None:
    text = read_words("calm and furious")
    assert text.opposed == (("calm", "furious"),)
    assert any("opposites" in remark for remark in text.remarks())
    assert not read_words("calm and dreamy").opposed
