"""The menu's part that changes: what sounds, how often, and through which port."""

import pytest
from PyQt6.QtWidgets import QMenu

from gui.controls.main_menu import sound_menu
from gui.hearing import output
from gui.hearing.listening import Listening


@pytest.fixture
def listening(state):
    return Listening(state)


def entries(listening, monkeypatch, ports, why=""):
    monkeypatch.setattr(output, "ports", lambda: (ports, why))
    menu = QMenu()
    sound_menu(menu, listening)
    below = menu.actions()[0].menu()
    below.aboutToShow.emit()
    return menu, {action.text(): action for action in below.actions() if action.text()}


def test_ports_are_listed_and_chosen(listening, monkeypatch):
    menu, found = entries(listening, monkeypatch, ("Synth A", "Synth B"))
    assert [name for name, action in found.items() if action.isChecked()] == [
        "Hear what plays along",
        "Over and over",
        "Speakers",
    ]
    found["Synth B"].trigger()
    assert listening.port == "Synth B"


def test_a_port_that_has_gone_stays_chosen_and_no_port_has_a_reason(listening, monkeypatch):
    listening.port = "Synth B"
    menu, found = entries(listening, monkeypatch, (), "No MIDI port is there; plug a device in.")
    assert found["Synth B (not now)"].isChecked()
    assert not found["No MIDI port is there; plug a device in."].isEnabled()


def test_what_plays_along_and_the_loop_are_switched(listening, monkeypatch):
    menu, found = entries(listening, monkeypatch, ())
    found["Hear what plays along"].trigger()
    found["Over and over"].trigger()
    assert (listening.hears_context, listening.loops) == (False, False)
