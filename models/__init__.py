"""What the music is and how it is made; knows no wire and no window."""
