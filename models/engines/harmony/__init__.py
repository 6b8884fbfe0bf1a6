"""The engine ``harmony``: the exact algorithms of harmony, voicing and accompaniment as an engine."""
