"""The commands, one module for each or for a few that are alike: each a function that ``command`` declares."""
