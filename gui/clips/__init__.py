"""What the user sees and drags: the prompt, the grid, the results, what plays along."""
