"""How it is decided what of a clip changes: figures, plans, and the choice among what came of them."""
