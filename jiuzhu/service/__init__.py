"""The use cases, one function each, one transaction each; every door calls these and nothing else.

Begin with ``office.Office`` (what everything works with), ``desk.Desk`` (one use case at work) and
``steps.Stepping`` (a case takes a step). Then by subject: ``identity`` people and sessions, ``inbox`` and ``work``
items, ``cases`` start, list and follow, ``messages`` what people report, ``documents`` and ``signatures`` papers,
``deployment`` diagrams, ``jobs`` and ``incidents`` errands, ``due`` and ``clock`` time, ``audit`` the chain,
``seed`` the demo.

May import ``jiuzhu.engine``, ``jiuzhu.store``, ``jiuzhu.policy``, ``jiuzhu.decision``, ``jiuzhu.domain``,
``jiuzhu.errors``; never a worker, a door or the composition root.
"""
