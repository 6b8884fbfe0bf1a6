"""The commands, one module for each or for a few that are alike: ``add`` declares them, ``run`` runs them."""
