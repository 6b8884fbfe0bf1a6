"""Measures that hear: what a musician would say of a result beside its clip, each a plain number."""
