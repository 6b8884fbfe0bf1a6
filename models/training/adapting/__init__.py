"""Adapting kin to a user's own clips, and what it gains and costs."""
