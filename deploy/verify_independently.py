"""Verifies a ledger without the site's code: python3 verify_independently.py SOURCE --key HEX [--copies DIR]
SOURCE is what "manage.py dump_ledger" wrote (.jsonl), postgresql://… (needs psycopg2) or the path of the SQLite file. Needs
Python 3.11 and cryptography; docs/ledger.md describes the bytes. Ends with 0 (nothing found), 1 (tampering), 2 (no key or copy)."""
import argparse, base64, collections, functools, json, pathlib, sqlite3, sys, uuid
from hashlib import sha256
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
FIELDS = "subject n previous_hash hash recorded_at stored_at actor_id step decided_on action summary payload".split()
ENTRIES = """SELECT {}, c.code, l.position FROM recruitment_ledgerentry e
    LEFT JOIN recruitment_candidate c ON c.id = e.candidate_id LEFT JOIN recruitment_ledgerleaf l ON l.entry_id = e.id"""
HEADS = "SELECT c.code, h.n, h.hash FROM recruitment_ledgerhead h LEFT JOIN recruitment_candidate c ON c.id = h.candidate_id"

def is_right(check, *values):
    try:
        return check(*values)
    except (ValueError, TypeError, AttributeError, InvalidSignature):  # what stands there is not of its kind
        return False

def read_database(source):
    is_sqlite = not source.startswith("postgres")
    db = sqlite3.connect(f"file:{source}?mode=ro", uri=True) if is_sqlite else __import__("psycopg2").connect(source)
    cursor, instants, days = db.cursor(), """to_char(e.{0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""", "e.decided_on::text"
    if is_sqlite:  # 2026-11-18 06:00:00[.5], UTC
        db.text_factory, days = lambda text: text.decode("utf-8", "replace"), "e.decided_on"
        instants = "replace(substr(e.{0}, 1, 19), ' ', 'T') || '.' || substr(substr(e.{0}, 21) || '000000', 1, 6) || 'Z'"
    def rows(query):
        cursor.execute(query)
        return [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in cursor.fetchall()]
    def code(value):
        return is_right(lambda: str(uuid.UUID(str(value)))) or value
    forms = {at: instants.format(at) for at in ("recorded_at", "stored_at")} | {"decided_on": days}
    query = ENTRIES.format(", ".join(forms.get(name, f"e.{name}") for name in FIELDS))
    names = [*FIELDS, "filed_under", "leaf"]
    entries = [dict(zip(names, [code(row[0]), *row[1:-2], code(row[-2]), row[-1]])) for row in rows(query)]
    return entries, {code(subject): (n, last) for subject, n, last in rows(HEADS)}, rows("SELECT body, signature FROM recruitment_ledgercheckpoint ORDER BY number")

def read_dump(path):
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    for e in (entries := [line for line in lines if "payload" in line]):
        e["hash"], e["previous_hash"], e["payload"] = bytes.fromhex(e["hash"]), bytes.fromhex(e["previous_hash"]), base64.b64decode(e["payload"])
    heads = {line["head"]: (line["n"], bytes.fromhex(line["hash"])) for line in lines if "head" in line}
    return entries, heads, [(line["checkpoint"], bytes.fromhex(line["signature"])) for line in lines if "checkpoint" in line]

def fits(e):
    texts = [e["action"].encode(), e["summary"].encode(), e["payload"]]
    lines = ["yinling-ledger-1", e["subject"], e["n"], e["previous_hash"].hex(), e["recorded_at"], e["stored_at"]]
    lines += ["" if e[name] is None else e[name] for name in ("actor_id", "step", "decided_on")]
    lines.append(" ".join(str(len(text)) for text in texts))
    return sha256("".join(f"{line}\n" for line in lines).encode() + b"\n".join(texts)).digest() == e["hash"]

def check_statements(statements, leaves, keys, what):
    previous = bytes(32).hex()
    def is_signed(body, signature, key):
        return Ed25519PublicKey.from_public_bytes(key).verify(signature, body.encode()) is None
    @functools.cache
    def root_of(start, stop):  # RFC 6962, 2.1; most subtrees are shared by all checkpoints
        if stop - start < 2:
            return sha256(b"\0" + leaves[start]).digest()
        middle = start + (1 << (stop - start - 1).bit_length() - 1)
        return sha256(b"\1" + root_of(start, middle) + root_of(middle, stop)).digest()
    for expected, (body, signature) in enumerate(statements, start=1):
        form, number, size, root, before, *_ = [*str(body).split("\n"), *"-----"]
        signed = any(is_right(is_signed, body, signature, key) for key in keys)
        if (form, number, before) != ("yinling-checkpoint-1", str(expected), previous) or not signed:
            yield f"{what} {number}: not signed by the key, or not the next one"
        if not 0 < (is_right(int, size) or 0) <= len(leaves) or is_right(root_of, 0, int(size)) != is_right(bytes.fromhex, root):
            yield f"{what} {number}: the first {size} entries are not those that were signed"
        previous = sha256(str(body).encode()).hexdigest()

def check_chains(entries, heads):
    chains = collections.defaultdict(list)
    for e in sorted(entries, key=lambda e: e["n"] if isinstance(e["n"], int) else 0):
        chains[e["filed_under"]].append(e)
    for subject in chains.keys() | heads.keys():
        n, last = 0, bytes(32)
        for e in chains[subject]:
            if (e["subject"], e["n"], e["previous_hash"]) != (subject, n + 1, last) or not is_right(fits, e):
                yield f"{subject or e['subject']} {e['n']}: changed, moved, or what came before it is missing"
            n, last = e["n"] if isinstance(e["n"], int) else n + 1, e["hash"]
        if heads.get(subject) != (n, last):
            yield f"{subject} {n}: the chain does not end where its head says"

def check_copies(copies, entries, checkpoints):
    kept, now = {body for body, _ in checkpoints}, {(e["filed_under"], e["n"]): e["hash"] for e in entries}
    yield from (f"copy {copy['fingerprint']}: the database does not have it" for copy in copies if copy["body"] not in kept)
    for copy in copies:
        yield from (f"{subject} {n}: is not what was signed" for _, subject, n, leaf in copy["leaves"] if now.get((subject, n)) != bytes.fromhex(leaf))

(parser := argparse.ArgumentParser(description=__doc__)).add_argument("source")
parser.add_argument("--key", action="append", type=bytes.fromhex, default=[]), parser.add_argument("--copies")
options = parser.parse_args()
entries, heads, checkpoints = (read_dump if options.source.endswith(".jsonl") else read_database)(options.source)
leaves = [e["hash"] for e in sorted((e for e in entries if e["leaf"] is not None), key=lambda e: e["leaf"])]
copies = [json.loads(path.read_text("utf-8")) for path in sorted(pathlib.Path(options.copies or "/nowhere").glob("checkpoint-*.json"))]
found = [*check_chains(entries, heads), *check_copies(copies, entries, checkpoints)]
if options.key:
    found += [*check_statements(checkpoints, leaves, options.key, "checkpoint"), *check_statements([(c["body"], bytes.fromhex(c["signature"])) for c in copies], leaves, options.key, "copy")]
print(*sorted(found), f"{len(entries)} entries, {len(leaves)} signed, {len(copies)} copies, {len(found)} problems", sep="\n")
sys.exit(1 if found else 2 if checkpoints and not options.key or options.copies and not copies else 0)
