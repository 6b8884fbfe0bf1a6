"""Fitting and measuring the analysis models on the packed corpora."""
