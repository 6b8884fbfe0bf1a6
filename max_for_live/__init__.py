"""The Max for Live device: its sources, and the build that makes the .amxd from them.

It knows the wire, and for its menus the words of ``models.music``.
"""
