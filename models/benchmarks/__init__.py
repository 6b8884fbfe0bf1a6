"""What was learned, measured against baselines."""
