"""Mood words around any engine: what they ask for, painted onto what the engine gives, as far as the locks let it."""
