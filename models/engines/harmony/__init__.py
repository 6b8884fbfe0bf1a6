"""The engine ``harmony``: the exact algorithms of ``models/harmony`` behind the promise of every engine."""
