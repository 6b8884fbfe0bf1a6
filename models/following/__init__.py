"""Music that follows events: layers of a scene come and go with intensity, mood, section; and cues to picture."""
