"""Drumming: beats from rhythms, grooves, fills, single lanes, busier and sparser beats; no weights of its own."""
