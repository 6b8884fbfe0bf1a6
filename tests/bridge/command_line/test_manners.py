"""How the command line answers: one sentence for what can't be, figures that mean something, output that may be cut."""

import argparse
import json

import pytest

from bridge.command_line.command import one_of, option, print_json
from bridge.command_line.main import main
from bridge.command_line.results import Results, Screen, _columns, remarks_of
from models.generator import OfRequest, Report, Request, Variation
from models.music.clip import Clip
from models.music.note import Note

TUNE = Clip(tuple(Note(60 + place, float(place), 1.0) for place in range(4)), 4.0, "lead", role="melody")


def made(seed, score=None, similarity=0.7, kept=True, **report):
    places = tuple(range(4)) if kept else (None,) * 4
    return Variation(TUNE, seed, places, Report(similarity, score=score, **report))


@pytest.mark.parametrize("port", ["99999", "65536", "-1"])
def test_a_port_that_can_not_be_is_a_sentence(port, capsys):
    assert main(["serve", "--port", port]) == 2
    told = capsys.readouterr()
    assert told.err == f"A port is 0 to 65535, not {port}; 0 takes any that is free.\n"
    assert told.out == ""


def test_a_command_that_is_not_there_is_named(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["frobnicate", "lead.mid"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == 'There is no command "frobnicate"; see clipkin --help.\n'


def test_options_that_exclude_each_other():
    parser = argparse.ArgumentParser(exit_on_error=False)
    one_of(option("--put", action="store_true"), option("--take", action="store_true"), required=True)(parser)
    assert parser.parse_args(["--put"]).put
    for wrong in (["--put", "--take"], []):
        with pytest.raises((argparse.ArgumentError, SystemExit)):
            parser.parse_args(wrong)


def test_json_is_one_line_with_its_letters(capsys):
    assert print_json({"file": "Strophe ä 浪漫.mid", "notes": 3}) == 0
    told = capsys.readouterr().out
    assert told.count("\n") == 1
    assert "Strophe ä 浪漫.mid" in told
    assert json.loads(told) == {"file": "Strophe ä 浪漫.mid", "notes": 3}


def test_a_reader_that_goes_is_no_error_of_ours():
    class Gone:
        def write(self, text):
            raise BrokenPipeError

        def flush(self):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):  # which ``main`` answers with 0
        Screen(file=Gone()).print("a table")


def test_results_know_how_long_the_first_and_all_of_them_took():
    asked = []

    def coming():
        for seed in (1, 2, 3):
            asked.append(seed)
            yield made(seed, score=seed / 10)

    results = Results.of(Request(prompts=(TUNE,)), "rules", coming())
    assert 0 < results.first_ms <= results.elapsed_ms
    assert [each.seed for each in results.variations] == [3, 2, 1]  # the best score first
    assert asked == [1, 2, 3]
    nothing = Results.of(Request(prompts=(TUNE,)), "rules", iter(()))
    assert (nothing.first_ms, nothing.variations) == (0.0, ())


def test_steps_of_a_morph_keep_their_order():
    steps = [made(1, 0.1), made(2, 0.9), made(3, 0.5)]
    results = Results.of(Request(task="morph", prompts=(TUNE, TUNE)), "vae", steps)
    assert [each.seed for each in results.variations] == [1, 2, 3]


@pytest.mark.parametrize(
    ("variation", "columns"),
    [
        (made(1, 0.5), ["similar", "notes", "kept", "score", "seed", "begins"]),
        (made(1), ["similar", "notes", "kept", "seed", "begins"]),
        (made(1, 0.5, similarity=0.0, kept=False), ["notes", "score", "seed", "begins"]),  # made anew from its rhythm
    ],
)
def test_figures_that_mean_nothing_are_left_out(variation, columns):
    assert _columns(Results(Request(prompts=(TUNE,)), "rules", 1.0, 1.0, (variation,)), 10) == columns
    assert "begins" not in _columns(Results(Request(prompts=(TUNE,)), "rules", 1.0, 1.0, (variation,)), 25)


def test_each_remark_is_said_once_with_those_it_is_about():
    about_all = OfRequest("The mood was heard as romantic.")
    results = [made(1, remarks=("Played eighths.", about_all)), made(2, remarks=("Played gallop.", about_all))]
    assert remarks_of(results) == {"Played eighths.": [0], about_all: [0, 1], "Played gallop.": [1]}
