"""Networks as they play: their weights as they ship, read and checked, and their layers in numpy."""
