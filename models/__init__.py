"""What the music is and how it is made; knows no wire and no window."""

import os

# A DAW keeps the other cores busy: a second thread then makes each step of a network several times slower, not faster.
# OpenBLAS reads this when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
