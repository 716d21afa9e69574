"""Heads of the ledger and their signatures (Ed25519): what an outside witness keeps.

Pure but for reading the key's file. The private key lies in the folder of keys as `signing.key`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from payung.audit.chain import Tree, is_hash, packed
from payung.core.errors import Exit, PayungError
from payung.vault.keys import read_key

HEAD_FORM = "payung-head-1"
KEY_FILE = "signing.key"
_SIGNATURE = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger of a regency as it stood on a day: how many entries, the root of their tree, the last one's hash.

    `key` is the fingerprint of the key that signed, `signature` 128 hexadecimal digits.
    """

    regency: str
    day: date
    size: int
    root: str
    last: str
    key: str = ""
    signature: str = ""

    def canonical(self) -> bytes:
        """What is signed. ValueError for what no head can say."""
        if self.size < 0 or not is_hash(self.root) or not is_hash(self.last):
            raise ValueError("a head's size or hash is wrong")
        return packed(
            HEAD_FORM, self.regency, self.day.isoformat(), self.size, self.root, self.last, self.key
        )


@dataclass(frozen=True, slots=True)
class Witness:
    """A signed head with the hashes of its last entries, as it is given to somebody outside.

    `peaks` are those of the tree of the first `after` entries; with the hashes of entries `after + 1` to `head.size`
    they give the head's root. So the signature covers every single hash.
    """

    head: Head
    after: int
    peaks: tuple[str, ...]
    hashes: tuple[str, ...]

    def is_whole(self) -> bool:
        """Whether the hashes are those over which the head was signed."""
        try:
            tree = Tree(self.after, self.peaks)
            for one in self.hashes:
                tree.add(one)
        except ValueError:
            return False
        return (tree.size, tree.root) == (self.head.size, self.head.root)


def fingerprint(key: Ed25519PublicKey) -> str:
    """The first 32 digits of SHA-256 over the 32 bytes of a public key: short enough to be read out on the phone."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:32]


def sign(head: Head, key: Ed25519PrivateKey) -> Head:
    """The head with the key's fingerprint and signature in it."""
    unsigned = replace(head, key=fingerprint(key.public_key()), signature="")
    return replace(unsigned, signature=key.sign(unsigned.canonical()).hex())


def is_signed(head: Head, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether one of the trusted keys (by fingerprint) signed exactly this head."""
    key = keys.get(head.key)
    if key is None or not _SIGNATURE.fullmatch(head.signature):
        return False
    try:
        key.verify(bytes.fromhex(head.signature), head.canonical())
    except (InvalidSignature, ValueError):
        return False
    return True


def by_fingerprint(keys: Iterable[Ed25519PublicKey]) -> dict[str, Ed25519PublicKey]:
    """Public keys by their fingerprint."""
    return {fingerprint(key): key for key in keys}


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The installation's own key, from its folder of keys. PayungError where it is missing or none."""
    return Ed25519PrivateKey.from_private_bytes(read_key(folder, KEY_FILE))


def public_pem(key: Ed25519PublicKey) -> str:
    """A public key as PEM, for whoever is to check signatures."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_keys(path: Path) -> dict[str, Ed25519PublicKey]:
    """The public keys of a PEM file, one or several, by fingerprint. PayungError (INPUT) where there is none."""
    blocks: list[str] = []
    try:
        text = path.read_text(encoding="utf-8")
        blocks = re.findall(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", text, re.DOTALL)
        keys = [load_pem_public_key(block.encode()) for block in blocks]
    except (OSError, ValueError):
        keys = []
    found = by_fingerprint(key for key in keys if isinstance(key, Ed25519PublicKey))
    if not found or len(found) < len(set(blocks)):
        raise PayungError(
            f"{path} bukan berkas kunci publik Payung.",
            todo="Pakai berkas kunci-publik.pem yang dulu diserahkan kepada Anda.",
            exit_code=Exit.INPUT,
        )
    return found
