"""Music to the numbers of the wire and back: clips, requests, variations, sentences."""
