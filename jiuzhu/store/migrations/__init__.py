"""Alembic migrations, shipped inside the package: ``jiuzhu migrate`` runs them."""
