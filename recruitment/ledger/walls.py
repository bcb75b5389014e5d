"""The database's own part: it writes the chain (PostgreSQL) or checks it (SQLite) and refuses change and removal.

The functions and triggers are put up by a migration and can be put up again at any time. On SQLite a migration that
changes one of the guarded tables makes the table anew and loses its triggers: such a migration ends with
``RunPython(raise_walls)`` once more, and a test finds the one that does not.
"""

import re

ENTRIES = "recruitment_ledgerentry"
HEADS = "recruitment_ledgerhead"
CANDIDATES = "recruitment_candidate"
LOOKS = "recruitment_accessentry"
# Rows of these tables are never changed and never removed.
SEALED = (ENTRIES, "recruitment_ledgerleaf", "recruitment_ledgercheckpoint", "recruitment_ledgercopy")
# Rows of this one are never changed, and kept for as long as the law wants logs to be kept (网络安全法: six months).
KEPT_DAYS = 184

# The bytes of recruitment.ledger.entries.canonical, written in SQL; {row} is the row's name.
CANONICAL = """
convert_to(
    'yinling-ledger-1' || E'\\n' || {row}.subject::text || E'\\n' || {row}.n::text || E'\\n'
    || encode({row}.previous_hash, 'hex') || E'\\n'
    || to_char({row}.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n'
    || to_char({row}.stored_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n'
    || coalesce({row}.actor_id::text, '') || E'\\n' || coalesce({row}.step::text, '') || E'\\n'
    || coalesce(to_char({row}.decided_on, 'YYYY-MM-DD'), '') || E'\\n'
    || octet_length({row}.action)::text || ' ' || octet_length({row}.summary)::text || ' '
    || octet_length({row}.payload)::text || E'\\n'
    || {row}.action || E'\\n' || {row}.summary || E'\\n',
    'UTF8') || {row}.payload
"""

# The head row is locked by the first statement, so writers of one chain queue and those of different chains do not.
# SECURITY DEFINER: in production the application may not write the heads, only the function's owner may.
POSTGRESQL = """
CREATE OR REPLACE FUNCTION {schema}.ledger_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT code INTO STRICT NEW.subject FROM {schema}.{candidates} WHERE id = NEW.candidate_id;
    INSERT INTO {schema}.{heads} AS head (candidate_id, n, hash)
    VALUES (NEW.candidate_id, 1, decode(repeat('00', 32), 'hex'))
    ON CONFLICT (candidate_id) DO UPDATE SET n = head.n + 1
    RETURNING head.n, head.hash INTO NEW.n, NEW.previous_hash;
    NEW.stored_at := clock_timestamp();
    NEW.hash := sha256({canonical});
    UPDATE {schema}.{heads} SET hash = NEW.hash WHERE candidate_id = NEW.candidate_id;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION {schema}.ledger_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION {schema}.ledger_keep_looks() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.at > now() - interval '{kept_days} days' THEN
        RAISE EXCEPTION 'Rows of % are kept for {kept_days} days.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
"""

# ALWAYS: a session in replica mode skips ordinary triggers.
POSTGRESQL_TRIGGER = """
DROP TRIGGER IF EXISTS {name} ON {schema}.{table};
CREATE TRIGGER {name} BEFORE {event} ON {schema}.{table} FOR EACH {each} EXECUTE FUNCTION {schema}.{function}();
ALTER TABLE {schema}.{table} ENABLE ALWAYS TRIGGER {name};
"""

# What PostgreSQL notes of a trigger: of each row or statement, before, and which event.
BEFORE = 2
EVENT_BITS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
FUNCTION = re.compile(r"FUNCTION \S+\.(\w+)\(\).*?\$\$(.*?)\$\$", re.DOTALL)

# SQLite cannot change the new row in a trigger and has no SHA-256: the application hashes, the database checks that the
# entry follows the head, and moves the head itself.
SQLITE_CHAIN = {
    "ledger_follows": """CREATE TRIGGER ledger_follows BEFORE INSERT ON {entries} BEGIN
        SELECT RAISE(ABORT, 'The entry does not follow the last one of its chain.')
        WHERE length(NEW.hash) <> 32
           OR NEW.n <> 1 + coalesce((SELECT n FROM {heads} WHERE candidate_id = NEW.candidate_id), 0)
           OR NEW.previous_hash <>
              coalesce((SELECT hash FROM {heads} WHERE candidate_id = NEW.candidate_id), zeroblob(32));
    END""",
    "ledger_moves_head": """CREATE TRIGGER ledger_moves_head AFTER INSERT ON {entries} BEGIN
        INSERT INTO {heads} (candidate_id, n, hash) VALUES (NEW.candidate_id, NEW.n, NEW.hash)
        ON CONFLICT (candidate_id) DO UPDATE SET n = excluded.n, hash = excluded.hash;
    END""",
}
SQLITE_REFUSAL = """CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN
    SELECT RAISE(ABORT, 'Rows of {table} are never changed or removed.'){condition};
END"""
YOUNG = f"WHERE julianday('now') - julianday(OLD.at) < {KEPT_DAYS}"


def raise_walls(connection):
    """Put up every function and trigger on ``connection``, replacing those that stand."""
    put_up = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    with connection.cursor() as cursor:
        put_up(cursor)


def expected_walls(vendor):
    """Names of the (table, trigger) pairs that must stand on "postgresql" or "sqlite"."""
    chain = ["ledger_chain"] if vendor == "postgresql" else ["ledger_follows", "ledger_moves_head"]
    events = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    walls = {(ENTRIES, name) for name in chain}
    return walls | {(table, f"{table}_no_{event}") for table in (*SEALED, LOOKS) for event in events}


def missing_walls(connection):
    """Sorted (table, trigger) pairs that should stand and do not, are switched off, or do something else than they should."""
    with connection.cursor() as cursor:
        standing = _standing_on_postgresql(cursor) if connection.vendor == "postgresql" else _standing_on_sqlite(cursor)
    return sorted(expected_walls(connection.vendor) - standing)


def _standing_on_postgresql(cursor):
    _, triggers, bodies = _postgresql(cursor)
    cursor.execute("""
        SELECT relname, tgname, proname, prosrc, tgtype FROM pg_catalog.pg_trigger
        JOIN pg_catalog.pg_class ON pg_class.oid = tgrelid JOIN pg_catalog.pg_proc ON pg_proc.oid = tgfoid
        WHERE tgenabled = 'A' AND tgqual IS NULL AND tgattr = '' AND relnamespace = current_schema()::regnamespace
    """)
    found = {(table, name): rest for table, name, *rest in cursor.fetchall()}
    return {
        (table, name)
        for name, event, table, each, function in triggers
        if found.get((table, name)) == [function, bodies[function], EVENT_BITS[event] | BEFORE | (each == "ROW")]
    }


def _standing_on_sqlite(cursor):
    cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
    rows = {name: (table, sql) for table, name, sql in cursor.fetchall()}
    return {
        (rows[name][0], name) for name, statement in _sqlite_triggers() if name in rows and rows[name][1] == statement
    }


def _postgresql(cursor):
    """(the statements that make the functions, the triggers as (name, event, table, each, function), {function: its body})."""
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    chain = CANONICAL.format(row="NEW")
    functions = POSTGRESQL.format(
        schema=schema, candidates=CANDIDATES, heads=HEADS, kept_days=KEPT_DAYS, canonical=chain
    )
    triggers = [("ledger_chain", "INSERT", ENTRIES, "ROW", "ledger_chain")]
    for table in (*SEALED, LOOKS):
        keep = "ledger_keep_looks" if table == LOOKS else "ledger_refuse"
        triggers += [
            (f"{table}_no_update", "UPDATE", table, "ROW", "ledger_refuse"),
            (f"{table}_no_delete", "DELETE", table, "ROW", keep),
            (f"{table}_no_truncate", "TRUNCATE", table, "STATEMENT", "ledger_refuse"),
        ]
    return functions, triggers, dict(FUNCTION.findall(functions))


def _on_postgresql(cursor):
    functions, triggers, _ = _postgresql(cursor)
    cursor.execute(functions)
    cursor.execute("SELECT quote_ident(current_schema())")
    schema = cursor.fetchone()[0]
    cursor.execute(f"REVOKE ALL ON FUNCTION {schema}.ledger_chain() FROM PUBLIC")
    for name, event, table, each, function in triggers:
        cursor.execute(
            POSTGRESQL_TRIGGER.format(schema=schema, name=name, event=event, table=table, each=each, function=function)
        )


def _sqlite_triggers():
    """(name, the statement that makes it) of every trigger."""
    made = [(name, SQLITE_CHAIN[name].format(entries=ENTRIES, heads=HEADS)) for name in SQLITE_CHAIN]
    for table in (*SEALED, LOOKS):
        for event in ("update", "delete"):
            condition = f" {YOUNG}" if (table, event) == (LOOKS, "delete") else ""
            name = f"{table}_no_{event}"
            made.append((name, SQLITE_REFUSAL.format(name=name, event=event.upper(), table=table, condition=condition)))
    return made


def _on_sqlite(cursor):
    for name, statement in _sqlite_triggers():
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(statement)
