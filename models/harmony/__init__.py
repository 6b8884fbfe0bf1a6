"""Harmony: voicing chords, harmonising melodies, substituting chords; exact algorithms, one small table of counts."""
