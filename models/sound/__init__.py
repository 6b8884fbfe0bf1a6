"""Clips as sound: a General MIDI soundfont and the sampler that plays it; numpy only, no sound device."""
