"""Fitted numbers of the analysis models, each with how it was fitted."""
