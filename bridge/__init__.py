"""The wire: OSC in, OSC out, and the command line."""
