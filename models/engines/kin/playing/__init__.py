"""The network ``kin`` as it plays: the same sums as ``network``, in numpy, so that playing needs no torch."""
