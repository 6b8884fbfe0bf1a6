"""Listening: what was hummed, played or tapped, as notes. Needs the extra ``clipkin[audio]``."""
