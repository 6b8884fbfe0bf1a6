"""The engine ``kin``: a small transformer that varies, fills in and continues clips."""
