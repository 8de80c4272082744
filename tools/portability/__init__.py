"""Runs every procedure's walks on Operaton and compares the way with that of our own engine (``make portability``)."""
