"""What the chord finder looks at, and what it calls what it found."""
