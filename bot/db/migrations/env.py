"""Alembic's environment: one transaction, which one process at a time may run."""

from alembic import context
from sqlalchemy import Engine, create_engine, event, make_url, text

from bot.db.tables import metadata

LOCK = 7_261_534
"""An advisory lock's number on PostgreSQL, where replicas may start together."""


def migrate(url: str) -> None:
    """Run the steps; a process that waited for another finds nothing left to do."""
    engine = _engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.configure(connection, target_metadata=metadata)
        context.run_migrations()
    engine.dispose()


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            connect_args={"client_encoding": "utf8"},
        )

    engine = create_engine(
        parsed.set(drivername="sqlite"),
        hide_parameters=True,
        # The driver would commit before each CREATE, and a crash leave half a step.
        connect_args={"isolation_level": None, "timeout": 60},
    )
    event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


migrate(context.config.attributes["url"])
