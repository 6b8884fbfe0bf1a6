"""Commands that play on: trading phrases, music that follows a scene, practice."""
