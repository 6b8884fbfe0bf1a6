"""The messages of PROTOCOL.md as frozen dataclasses, and the datagrams that carry them."""
