"""The second road into Live: a control surface (MIDI Remote Script) in plain Python, and what installs it."""
