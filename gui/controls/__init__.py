"""What the user sets: one widget for each file, each shows and changes one part of the state's wish."""
