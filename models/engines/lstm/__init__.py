"""The engine ``lstm``: note after note of a melody or bass line, under its chords."""
