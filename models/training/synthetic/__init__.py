"""Grammars: music by rule, to learn from where the corpora have none. Never measured on."""
