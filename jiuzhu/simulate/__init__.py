"""A year of made-up cases in virtual time, through the use cases that people's pages call (``jiuzhu simulate``).

``households`` invents families, ``staff`` does the work that is open, ``year`` lets the days pass and reports.
Nothing here knows a district: what happens comes from the deployed diagrams, their forms, the schedules and the draw.
"""
