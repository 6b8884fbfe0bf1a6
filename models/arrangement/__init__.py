"""Arrangement: sections of a song from the clips of a scene, after a plan that anyone can read and change."""
