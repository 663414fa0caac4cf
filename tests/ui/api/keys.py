"""Key pairs of made-up host apps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


@dataclass(frozen=True)
class Pair:
    private: str
    public: str


def _pair(key: Any) -> Pair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Pair(private.decode(), public.decode())


ES256 = _pair(ec.generate_private_key(ec.SECP256R1()))
OTHER_ES256 = _pair(ec.generate_private_key(ec.SECP256R1()))
ES384 = _pair(ec.generate_private_key(ec.SECP384R1()))
ED25519 = _pair(ed25519.Ed25519PrivateKey.generate())
RSA = _pair(rsa.generate_private_key(public_exponent=65537, key_size=2048))
