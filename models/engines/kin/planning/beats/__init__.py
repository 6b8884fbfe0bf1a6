"""Beats varied as a drummer varies them: pads and layers, the moves that change them, and the plan that makes these."""
