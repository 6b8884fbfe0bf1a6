"""What the panel knows: the wish, the clips at hand, what came; and what each task needs."""
