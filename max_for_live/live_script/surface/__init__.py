"""The control surface itself, as Live runs it: Python 3.7, standard library only. ``install`` copies these modules."""
