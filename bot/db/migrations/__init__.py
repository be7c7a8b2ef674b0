"""How the tables came to be, step by step; Alembic runs in a process of its own."""
