"""Voicing: which pitches a progression's chords take, by exact search over all placements that a style allows."""
