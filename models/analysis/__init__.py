"""Music understanding: key, chords, role, voices, groove, form, drum lanes, mood. No torch, nothing is written."""
