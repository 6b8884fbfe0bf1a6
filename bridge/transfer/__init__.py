"""Clips in numbered parts: cut, sent with a window, resent, joined once; no sockets, a clock that is given."""
