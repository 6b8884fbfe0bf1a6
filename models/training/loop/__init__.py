"""How it is learned: learners, the loop, checkpoints, the curve."""
