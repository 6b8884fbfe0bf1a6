"""The words that mood words are read by, in English and Chinese."""
