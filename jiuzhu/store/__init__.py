"""The house's memory: the only package that knows SQLAlchemy.

``database.Store`` opens transactions (the one place that commits), ``transaction.Transaction`` gathers writes,
``tables`` and ``kinds`` are the schema, ``migrations`` brings a database to it. The other modules read and write one
subject each and answer with plain values. Imports ``jiuzhu.domain`` and ``jiuzhu.errors`` only; engine state is an
opaque value here.
"""

from jiuzhu.store.database import Store, counted_statements
from jiuzhu.store.sealing import Keyring
from jiuzhu.store.transaction import Transaction

__all__ = ["Keyring", "Store", "Transaction", "counted_statements"]
