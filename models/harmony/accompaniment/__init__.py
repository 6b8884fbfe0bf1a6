"""Accompaniment: a bass line, chords or a counter-melody that fits the clips which play beside it."""
