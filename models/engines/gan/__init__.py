"""The engine ``gan``: two players, one that invents windows and one that tells them from real ones."""
