"""What lies between two clips: hybrids of both, and the row of steps that they make."""
