"""Mood: what a clip sounds like (valence, arousal), and what a producer's words ask for."""
