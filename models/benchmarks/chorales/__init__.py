"""Bach's chorales: the benchmark by which published networks are compared."""
