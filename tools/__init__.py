"""Developers' tools: what `make check` and `make test` run. Not part of the product."""
