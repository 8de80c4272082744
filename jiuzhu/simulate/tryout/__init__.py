"""Trying a diagram that is not deployed: walks in a throw-away office, and a month of made-up cases."""
