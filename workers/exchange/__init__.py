"""A simulated data exchange of the departments, served over HTTP: for the demo and for tests, never for real people.

``answers`` reads what the sources know from rows (``config/demo/exchange/<source>.csv``), ``server`` answers questions.
Every answer carries the label 模拟数据. Imports domain and errors only.
"""

from workers.exchange.answers import SOURCES, Answers
from workers.exchange.server import ExchangeServer, serve_exchange

__all__ = ["SOURCES", "Answers", "ExchangeServer", "serve_exchange"]
