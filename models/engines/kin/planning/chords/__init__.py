"""Chords varied voice by voice: strokes, what a voicing may not become, and the edits of a comping hand."""
