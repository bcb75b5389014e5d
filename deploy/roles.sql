-- The database's users of a production site and what each may do with the ledger (docs/ledger.md). Run as a superuser
-- after the first "manage.py migrate", and again after every later one; running it twice does no harm:
--
--     sudo -u postgres psql --set ON_ERROR_STOP=1 --single-transaction --file deploy/roles.sql yinling
--
-- yinling_owner     owns every table, function and trigger; only "manage.py migrate" logs in as this user
-- yinling           the site: the web server, the worker and the beat
-- yinling_signer    signs checkpoints; its operating-system user alone can read the signing key
-- yinling_verifier  reads the ledger without personal texts, for the auditor
--
-- Passwords are set by hand:  \password yinling_owner  …

DO $$
DECLARE
    role text;
    object record;
BEGIN
    FOREACH role IN ARRAY ARRAY['yinling_owner', 'yinling', 'yinling_signer', 'yinling_verifier'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', role);
        END IF;
    END LOOP;

    -- What the first migration made as another user becomes the owner's: an owner can switch triggers off, the site must not.
    EXECUTE format('ALTER DATABASE %I OWNER TO yinling_owner', current_database());
    FOR object IN
        SELECT c.oid::regclass AS name, c.relkind AS kind FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO yinling_owner', CASE object.kind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, object.name);
    END LOOP;
    FOR object IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO yinling_owner', object.name);
    END LOOP;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO yinling, yinling_signer, yinling_verifier;
GRANT CREATE, USAGE ON SCHEMA public TO yinling_owner;

-- The site works with every table …
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO yinling;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO yinling;
ALTER DEFAULT PRIVILEGES FOR ROLE yinling_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO yinling;
ALTER DEFAULT PRIVILEGES FOR ROLE yinling_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO yinling;

-- … but it only adds to the ledger, to the log of who looked at what and to what was found out about the ledger. The heads
-- of the chains are written by the trigger, with its owner's rights.
REVOKE UPDATE, DELETE, TRUNCATE ON recruitment_ledgerentry, recruitment_accessentry, recruitment_ledgerverification FROM yinling;
REVOKE UPDATE, TRUNCATE ON recruitment_ledgersecret FROM yinling;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE
    ON recruitment_ledgerhead, recruitment_ledgerleaf, recruitment_ledgercheckpoint, recruitment_ledgercopy FROM yinling;

-- The signer reads entries and writes what it signs.
GRANT SELECT ON recruitment_ledgerentry, recruitment_ledgerleaf, recruitment_ledgercheckpoint, recruitment_ledgercopy
    TO yinling_signer;
GRANT INSERT ON recruitment_ledgerleaf, recruitment_ledgercheckpoint, recruitment_ledgercopy TO yinling_signer;

-- The verifier reads the ledger and whose code is whose key, no names and no texts, and notes what it found.
GRANT SELECT ON recruitment_ledgerentry, recruitment_ledgerhead, recruitment_ledgerleaf, recruitment_ledgercheckpoint,
    recruitment_ledgercopy, recruitment_ledgerverification TO yinling_verifier;
GRANT SELECT (id, code) ON recruitment_candidate TO yinling_verifier;
GRANT INSERT ON recruitment_ledgerverification TO yinling_verifier;
