"""The Max for Live device: its sources, and the build that makes the .amxd from them. It knows only the wire."""
