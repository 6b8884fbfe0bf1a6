"""The one road off the window's thread and the one road back: files, the server's process and the wire."""
