"""The command line: everything that the device can ask for, on .mid files."""
