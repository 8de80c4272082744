"""Measurements: the real procedure on the real office, compared in one run with what it could cost.

``steps.run`` is the only door (``jiuzhu bench steps``). ``walk`` knows what people answer, ``walking`` lets them work
and notes times, ``stock`` stores cases as SpiffWorkflow's own serialiser does, ``memory`` replays them with nothing
stored, ``floor`` is what the database alone costs, ``places`` makes temporary databases and offices.
"""
