"""How samples are counted; apart from what makes them, so that whoever only counts need not load numpy."""

RATE = 44_100
"""Frames a second of all that sounds here."""

LONGEST_TAIL_S = 2.0
"""No note rings on for longer after its end."""
