"""Accompaniment: a bass line, drums, chords or a counter-melody that fits the clips which play beside it."""
