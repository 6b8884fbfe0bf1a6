"""What learning reaches: a network of kin's family on Bach's chorales, and kin adapted to somebody's clips."""
