"""Judging: measures of a variation, its score, near-duplicates, originality. numpy only."""
