"""The pure core: notes, clips, pitches, scales, chords, beats, similarity. No library but the standard one."""
