"""Standard MIDI files: bytes made clean, notes and what is beside them read out, clips written."""
