"""Verifies a ledger without the site's code: python3 verify_independently.py SOURCE --key HEX [--copies DIR]

SOURCE is what "manage.py dump_ledger" wrote (.jsonl), postgresql://… (needs psycopg2) or the path of the SQLite file. Needs
Python 3.11 and cryptography; docs/ledger.md describes the bytes. Ends with 0 (nothing found), 1 (tampering), 2 (no key given)."""
import argparse, base64, collections, datetime, functools, json, pathlib, sqlite3, sys, uuid
from hashlib import sha256
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
FIELDS = "subject n previous_hash hash recorded_at stored_at actor_id step decided_on action summary payload".split()
ENTRIES = f"""SELECT {", ".join("e." + name for name in FIELDS)}, c.code, l.position FROM recruitment_ledgerentry e
    LEFT JOIN recruitment_candidate c ON c.id = e.candidate_id LEFT JOIN recruitment_ledgerleaf l ON l.entry_id = e.id"""
HEADS = "SELECT c.code, h.n, h.hash FROM recruitment_ledgerhead h JOIN recruitment_candidate c ON c.id = h.candidate_id"
CHECKPOINTS = "SELECT body, signature FROM recruitment_ledgercheckpoint ORDER BY number"

def instant(value):
    moment = value if isinstance(value, datetime.datetime) else datetime.datetime.fromisoformat(value)
    moment = moment.astimezone(datetime.UTC) if moment.tzinfo else moment  # SQLite keeps UTC without saying so
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

def read_database(source):
    is_sqlite = not source.startswith("postgres")
    cursor = (sqlite3.connect(f"file:{source}?mode=ro", uri=True) if is_sqlite else __import__("psycopg2").connect(source)).cursor()
    def rows(query):
        cursor.execute(query)
        return [[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in cursor.fetchall()]
    entries = [dict(zip([*FIELDS, "filed_under", "leaf"], row)) for row in rows(ENTRIES)]
    for e in entries:
        e["subject"], e["filed_under"] = str(uuid.UUID(str(e["subject"]))), e["filed_under"] and str(uuid.UUID(str(e["filed_under"])))
    return entries, {str(uuid.UUID(str(code))): (n, last) for code, n, last in rows(HEADS)}, rows(CHECKPOINTS)

def read_dump(path):
    lines = [json.loads(line) for line in open(path, encoding="utf-8")]
    entries = [line for line in lines if "payload" in line]
    for e in entries:
        e["hash"], e["previous_hash"] = bytes.fromhex(e["hash"]), bytes.fromhex(e["previous_hash"])
        e["payload"] = base64.b64decode(e["payload"])
    heads = {line["head"]: (line["n"], bytes.fromhex(line["hash"])) for line in lines if "head" in line}
    return entries, heads, [(line["checkpoint"], bytes.fromhex(line["signature"])) for line in lines if "checkpoint" in line]

def canonical(e):
    texts = [e["action"].encode(), e["summary"].encode(), e["payload"]]
    lines = ["yinling-ledger-1", e["subject"], e["n"], e["previous_hash"].hex(), instant(e["recorded_at"]), instant(e["stored_at"])]
    lines += ["" if e[name] is None else e[name] for name in ("actor_id", "step", "decided_on")]
    return "".join(f"{line}\n" for line in [*lines, " ".join(str(len(text)) for text in texts)]).encode() + b"\n".join(texts)

def is_signed(body, signature, key):
    try:
        return Ed25519PublicKey.from_public_bytes(key).verify(signature, body.encode()) is None
    except InvalidSignature:
        return False

def check_statements(statements, leaves, keys, what):
    previous = bytes(32).hex()
    @functools.cache
    def root_of(start, stop):  # RFC 6962, 2.1; most subtrees are shared by all checkpoints
        if stop - start < 2:
            return sha256(b"\0" + leaves[start]).digest()
        middle = start + (1 << (stop - start - 1).bit_length() - 1)
        return sha256(b"\1" + root_of(start, middle) + root_of(middle, stop)).digest()
    for expected, (body, signature) in enumerate(statements, start=1):
        form, number, size, root, before, *_ = body.split("\n")
        if (form, number, before) != ("yinling-checkpoint-1", str(expected), previous) or not any(is_signed(body, signature, k) for k in keys):
            yield f"{what} {number}: not signed by the key, or not the next one"
        if len(leaves) < int(size) or root_of(0, int(size)).hex() != root:
            yield f"{what} {number}: the first {size} entries are not those that were signed"
        previous = sha256(body.encode()).hexdigest()

def check_chains(entries, heads):
    chains = collections.defaultdict(list)
    for e in sorted(entries, key=lambda e: e["n"]):
        chains[e["filed_under"]].append(e)
    for subject in chains.keys() | heads.keys():
        n, last = 0, bytes(32)
        for e in chains[subject]:
            if (e["subject"], e["n"], e["previous_hash"], e["hash"]) != (subject, n + 1, last, sha256(canonical(e)).digest()):
                yield f"{subject} {e['n']}: changed, moved, or what came before it is missing"
            n, last = e["n"], e["hash"]
        if heads.get(subject) != (n, last):
            yield f"{subject} {n}: the chain does not end where its head says"

def check_copies(copies, entries, checkpoints):
    kept, now = {body for body, _ in checkpoints}, {(e["filed_under"], e["n"]): e["hash"].hex() for e in entries}
    for copy in copies:
        if copy["body"] not in kept:
            yield f"copy {copy['fingerprint']}: the database does not have it"
        yield from (f"{subject} {n}: is not what was signed" for _, subject, n, leaf in copy["leaves"] if now.get((subject, n)) != leaf)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("source"), parser.add_argument("--key", action="append", type=bytes.fromhex, default=[]), parser.add_argument("--copies")
options = parser.parse_args()
entries, heads, checkpoints = (read_dump if options.source.endswith(".jsonl") else read_database)(options.source)
leaves = [e["hash"] for e in sorted((e for e in entries if e["leaf"] is not None), key=lambda e: e["leaf"])]
copies = [json.loads(path.read_text("utf-8")) for path in sorted(pathlib.Path(options.copies or "/nowhere").glob("checkpoint-*.json"))]
signed = [(copy["body"], bytes.fromhex(copy["signature"])) for copy in copies]
found = [*check_chains(entries, heads), *check_copies(copies, entries, checkpoints)]
if options.key:
    found += [*check_statements(checkpoints, leaves, options.key, "checkpoint"), *check_statements(signed, leaves, options.key, "copy")]
print(*sorted(found), f"{len(entries)} entries, {len(leaves)} signed, {len(copies)} copies, {len(found)} problems", sep="\n")
sys.exit(1 if found else 0 if options.key or not checkpoints else 2)
