"""The engine ``rnn``: rhythm, cell by cell, for nine drum lanes or the notes of any role."""
