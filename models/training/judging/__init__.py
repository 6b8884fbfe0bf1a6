"""What the judges of ``models/evaluation`` need: the originality index and the fitted score."""
