"""Ways out of the house, behind small ports: each has a real one and one that only writes to the outbox (模拟).

``exchange`` data exchange of the departments, ``mail`` SMTP, ``sms`` a gateway over HTTP, ``systems`` other systems
(filing and payment platforms), ``http`` the client they share, ``outbox`` the folder of simulated effects.
Errands are given the ports; which one stands behind is chosen by settings (``workers.errands.build_errands``).
"""
