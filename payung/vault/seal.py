"""Sealing texts so that only the installation's keys open them, and indexes that reveal nothing without theirs. Pure.

A sealed text is `VERSION:BODY`: the data key's version, and base64url of a random 96-bit nonce followed by
AES-256-GCM's output. What a text is for (`registry.person.nik`) is bound into it: moved to another column, it does
not open.
"""

from __future__ import annotations

import binascii
import hmac
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from payung.core.errors import Exit, PayungError
from payung.vault.keys import KEY_BYTES, RESTORE, Keyring

NONCE_BYTES, TAG_BYTES = 12, 16
BLIND_LENGTH = 32
"""Hexadecimal digits of a blind index: 128 bits."""
LOOK_SECONDS = 1.0
_VERSION = re.compile(r"[1-9][0-9]{0,5}")


class Unsealable(PayungError):  # noqa: N818 - reads as the fact that it is
    """Something sealed that these keys do not open: another key, changed, cut off, or moved. Never carries data."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} tidak dapat dibuka: {why}.", todo=RESTORE, exit_code=Exit.INPUT)


class Vault:
    """Seals and opens with one installation's keys.

    `changed` is asked at most once a second, and when an unknown version is met, for a newer keyring (None: still
    the same), so that a process that runs for weeks seals with a new key as soon as there is one. Threads may share
    a vault; a forked process may go on using it.
    """

    def __init__(self, keyring: Keyring, changed: Callable[[], Keyring | None] | None = None) -> None:
        self._changed = changed
        self._adopt(keyring)

    def _adopt(self, keyring: Keyring) -> None:
        self._look_at = time.monotonic() + LOOK_SECONDS if self._changed else float("inf")
        self._keyring = keyring
        self._ciphers = {version: AESGCM(key) for version, key in keyring.data.items()}
        # One attribute, so that no thread ever meets the version of one key with the cipher of another.
        self._sealing = (f"{keyring.current}:", self._ciphers[keyring.current])

    def _look(self) -> None:
        self._look_at = time.monotonic() + LOOK_SECONDS
        newer = self._changed() if self._changed else None
        if newer is not None:
            self._adopt(newer)

    @property
    def current(self) -> int:
        """The version of the data key that seals now."""
        if time.monotonic() >= self._look_at:
            self._look()
        return self._keyring.current

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions that can be opened, ascending."""
        return tuple(sorted(self._ciphers))

    def seal(self, text: str, context: str) -> str:
        """`text` sealed for `context`; never twice the same. PayungError when the key folder has gone meanwhile."""
        if time.monotonic() >= self._look_at:
            self._look()
        prefix, cipher = self._sealing
        nonce = urandom(NONCE_BYTES)
        # Half characters, which broken workbooks hold, would otherwise end in an error that shows the text.
        body = cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), context.encode())
        return prefix + urlsafe_b64encode(nonce + body).decode("ascii")

    def open(self, token: str, context: str) -> str:
        """The text that was sealed for `context`. Unsealable for anything else."""
        what = f"Isi tersegel ({context})"
        version = version_of(token)
        if version is None:
            raise Unsealable(what, "bukan bentuk tersegel")
        cipher = self._cipher(version, what)
        try:
            raw = _decoded(token[token.index(":") + 1 :])
            text = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise Unsealable(what, "kuncinya lain atau isinya berubah") from None
        return text.decode("utf-8", "surrogatepass")

    def _cipher(self, version: int, what: str) -> AESGCM:
        self._key(version, what)
        return self._ciphers[version]

    def _key(self, version: int, what: str) -> bytes:
        if version not in self._ciphers:
            self._look()
        if version not in self._ciphers:
            raise Unsealable(what, f"kunci data versi {version} tidak ada")
        return self._keyring.data[version]

    def blind(self, kind: str, value: str, regency: str) -> str:
        """What an exact value is found by: the same for the same kind, value and regency, and nothing to anybody
        without the index key. 32 hexadecimal digits.

        `value` is normalised by the caller (digits of a NIK, a phone as `08…`). ValueError for an empty one, which
        would make everybody without a NIK the same person.
        """
        if not value:
            raise ValueError(f"no {kind} to index")
        return self._mark(b"blind", kind.encode(), regency.encode(), value.encode("utf-8", "surrogatepass"))

    def _mark(self, *parts: bytes) -> str:
        # Lengths first: no two lists of parts give the same bytes.
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._keyring.index, message, "sha256").hex()[:BLIND_LENGTH]

    def fingerprints(self) -> dict[str, str]:
        """A one-way mark of each key by name (`data-1`, `index`, `signing`), to tell whether it is still the same."""
        keys = {f"data-{version}": key for version, key in self._keyring.data.items()}
        keys |= {"index": self._keyring.index, "signing": self._keyring.signing}
        return {
            name: hmac.digest(key, b"payung key check", "sha256").hex()[:16] for name, key in keys.items()
        }

    def file_cipher(self, version: int, salt: bytes, what: str) -> AESGCM:
        """The cipher of one file, whose key is derived from a data key and the file's own random salt."""
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"payung file 1")
        return AESGCM(derived.derive(self._key(version, what)))

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature (64 bytes) with the installation's signing key."""
        return self._signer().sign(message)

    def public_key(self) -> bytes:
        """The 32 bytes with which anybody checks `sign`."""
        return self._signer().public_key().public_bytes_raw()

    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._keyring.signing)


def version_of(token: str) -> int | None:
    """The data key's version that a sealed text names; None when it is no sealed text."""
    version, colon, _ = token.partition(":")
    return int(version) if colon and _VERSION.fullmatch(version) else None


def _decoded(body: str) -> bytes:
    """Base64url in its one canonical spelling. ValueError for any other."""
    try:
        raw = urlsafe_b64decode(body)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if len(raw) < NONCE_BYTES + TAG_BYTES or urlsafe_b64encode(raw).decode("ascii") != body:
        raise ValueError("not a sealed text")
    return raw
