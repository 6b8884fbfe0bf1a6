"""Harmony and rhythm section: voicing, harmonising, accompanying, drumming; exact algorithms, one table of counts."""
