"""The reliability programme: what must hold whatever happens to the wire, the processes and the files."""
