"""The server: one thread receives, one speaks the protocol, one makes variations."""
