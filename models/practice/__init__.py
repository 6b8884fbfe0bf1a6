"""Practice: exercises out of the user's own music, each a little harder, with a measure of how hard they are."""
