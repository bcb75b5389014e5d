"""Lets tests do what the product's database refuses: empty the ledger's tables after a test, and tamper with them.

The product has no switch for this. It is the tests' user, a superuser, who takes the triggers away and puts them back.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from recruitment.ledger.walls import expected_walls


@contextmanager
def without_walls() -> Iterator[None]:
    """Runs the block with the ledger's triggers taken away, as an administrator of the database can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            walls = sorted(expected_walls("postgresql"))
            down = [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in walls]
            up = [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in walls]
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            down = [f"DROP TRIGGER {name}" for name, _ in triggers]
            up = [sql for _, sql in triggers]
        for statement in down:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in up:
                cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_walls() -> Iterator[None]:
    """After a test with real transactions, Django empties every table; the ledger's would refuse."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_without_walls(operations, sql_list):
        with without_walls():
            flush(operations, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_without_walls)
        yield
