"""Hearing: clips played through the computer's own sound or a MIDI port, with a playhead."""
