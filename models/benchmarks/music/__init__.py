"""Figures of each engine beside people, Markov chains and rules, by ``clipkin benchmark music``."""
