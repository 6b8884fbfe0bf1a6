"""What a request allows, and the proof that a result kept to it; free of any library but numpy."""
