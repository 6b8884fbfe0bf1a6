"""Beats whose every hit is known, to learn from and to measure by."""
