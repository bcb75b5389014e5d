"""The Merkle tree of RFC 6962, section 2.1, grown leaf by leaf."""

import hashlib

LEAF, NODE = b"\x00", b"\x01"  # so that a node can never be shown as a leaf
HASH_BYTES = 32


class Tree:
    """A tree of ``size`` leaves, of which only the roots of the perfect subtrees are kept, the widest first."""

    def __init__(self, size=0, peaks=b""):
        """Go on from an earlier tree: its size and the bytes of its peaks."""
        self.size = size
        self._peaks = [peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)]
        if len(self._peaks) != size.bit_count() or len(peaks) % HASH_BYTES:
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} peaks.")

    def add(self, data):
        """Append one leaf; ``data`` are its bytes."""
        digest, peaks, size = hashlib.sha256(LEAF + data).digest(), self._peaks, self.size
        while size & 1:
            digest = hashlib.sha256(NODE + peaks.pop() + digest).digest()
            size >>= 1
        peaks.append(digest)
        self.size += 1

    @property
    def peaks(self):
        """The peaks as one run of bytes, to go on from later."""
        return b"".join(self._peaks)

    def root(self):
        """The Merkle tree hash over all leaves so far."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        *wider, root = self._peaks
        for peak in reversed(wider):
            root = hashlib.sha256(NODE + peak + root).digest()
        return root
