"""The tree of RFC 6962 and the statements signed about it."""

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from recruitment.ledger.checkpoints import Statement, fingerprint, is_signed, read_statement
from recruitment.ledger.keys import KeyRefused, make_key, public_bytes, public_file, read_key, read_public_keys
from recruitment.ledger.merkle import Tree

# The leaves and roots that implementations of RFC 6962 test themselves with (Certificate Transparency's reference vectors).
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_the_definition(leaves):
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_the_definition(leaves[:split]) + by_the_definition(leaves[split:])).digest()


def tree_of(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_certificate_transparency(size):
    assert tree_of(LEAVES[:size]).root().hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=4), max_size=40), st.integers(0, 40))
def test_a_tree_that_goes_on_from_its_peaks_has_the_root_of_the_definition(leaves, pause):
    tree = tree_of(leaves[:pause])
    tree = Tree(tree.size, tree.peaks)
    for leaf in leaves[pause:]:
        tree.add(leaf)
    assert tree.root() == by_the_definition(leaves)


def test_a_tree_cannot_go_on_from_peaks_of_another_size():
    with pytest.raises(ValueError, match="2 peaks"):
        Tree(3, bytes(32))


def statement(**changes):
    values = {"number": 2, "size": 5, "root": bytes(32), "previous": bytes(32), "made_at": datetime(2026, 11, 18, 6, tzinfo=UTC)}
    return Statement(**(values | changes))


def test_a_statement_reads_back_as_it_was_written():
    assert read_statement(statement().body) == statement()


@pytest.mark.parametrize("mangle", [lambda body: body + "x", lambda body: body.replace("\n5\n", "\n05\n"), str.strip])
def test_a_statement_written_in_any_other_way_is_not_one(mangle):
    with pytest.raises(ValueError):
        read_statement(mangle(statement().body))


def test_only_the_trusted_key_and_the_very_text_pass():
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    body = statement().body
    signature = key.sign(body.encode())
    assert is_signed(body, signature, [public_bytes(other), public_bytes(key)])
    assert not is_signed(body, signature, [public_bytes(other)])
    assert not is_signed(statement(size=6).body, signature, [public_bytes(key)])


def test_the_fingerprint_can_be_read_aloud():
    assert len(fingerprint(statement().body).split("-")) == 8
    assert fingerprint(statement().body) != fingerprint(statement(size=6).body)


def test_a_key_is_read_back_by_its_owner_only(tmp_path):
    path = tmp_path / "key.pem"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_public_keys(public_file(path).read_text()) == (public_bytes(read_key(path)),)
    path.chmod(0o640)
    with pytest.raises(KeyRefused, match="权限过宽"):
        read_key(path)


def test_a_key_is_never_made_over_another(tmp_path):
    make_key(tmp_path / "key.pem")
    with pytest.raises(KeyRefused, match="已存在"):
        make_key(tmp_path / "key.pem")


@pytest.mark.parametrize("text", ["", "not a key"])
def test_a_file_that_holds_no_key_is_refused(tmp_path, text):
    path = tmp_path / "key.pem"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(KeyRefused):
        read_key(path)
    with pytest.raises(KeyRefused):
        read_key(tmp_path / "missing.pem")


def test_public_keys_must_be_whole():
    with pytest.raises(KeyRefused):
        read_public_keys("abcd")
    with pytest.raises(KeyRefused):
        read_public_keys("no hex")
    assert read_public_keys("") == ()
