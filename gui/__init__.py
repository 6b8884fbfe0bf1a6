"""The control panel: a client of the bridge that never imports torch."""
