"""The panel's words in the user's language: English in the sources, 中文 in one table."""
