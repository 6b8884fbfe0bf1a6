"""What the user sees and drags: the prompt, its variations, their piano rolls."""
