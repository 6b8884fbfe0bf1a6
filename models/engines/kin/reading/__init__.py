"""What the network reads: notes as rows of numbers, a request as one sequence."""
