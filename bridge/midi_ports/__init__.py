"""MIDI ports, and the thread that plays on one in time."""
