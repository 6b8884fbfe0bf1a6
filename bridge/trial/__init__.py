"""The wire on trial: a relay that loses, repeats and reorders, and the benchmark that uses it."""
