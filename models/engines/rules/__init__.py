"""The engine that needs no weights: musical edits by rule."""
