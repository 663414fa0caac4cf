"""The host app's signed token (JWS): outside the sandbox it alone says who the customer is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tools.wording import Text
from ui.api.options import HostTokens
from ui.api.problems import HOST_TOKEN, Problem

LIFE_SECONDS_MAX = 300
SKEW_SECONDS_MAX = 30  # how far the host app's clock may be ahead of ours
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_VISIBLE = re.compile(r"[\x21-\x7e]{1,128}\Z")

_UNREADABLE = Text(zh="令牌无法读取，或签名不对", en="It cannot be read, or its signature is wrong")
_ALGORITHM = Text(zh="签名算法不对", en="It is signed with another algorithm")
_WHOSE = Text(zh="iss 或 aud 不对", en="Its iss or aud is not the agreed one")
_CLAIMS = Text(zh="缺少必需的声明，或其格式不对", en="A required claim is missing or malformed")
_EXPIRED = Text(zh="令牌已过期", en="It has expired")
_EARLY = Text(zh="令牌还没有生效", en="It is not valid yet")
_LONG = Text(zh="有效期太长", en="It lives too long")
_USED = Text(zh="令牌已经用过", en="It was used before")


@dataclass(frozen=True)
class _Key:
    """A public key with the one algorithm that it may be used with: a token cannot choose another."""

    key: Any
    algorithm: str


class HostTokenVerifier:
    """Checks signature, audience, life and single use.

    Raises (on construction):
        ValueError: a key is missing or of a kind that is not permitted.
    """

    def __init__(self, options: HostTokens) -> None:
        self._options = options
        self._keys = [_key(pem) for pem in _PEM.findall(options.keys)]
        if not self._keys:
            raise ValueError("host token keys: no PEM public key found")
        self._algorithms = {key.algorithm for key in self._keys}

    def customer(self, token: str) -> str:
        """The customer (``sub``) of a valid token, which is used up by this.

        Raises:
            Problem: host-token-invalid with the reason.
        """
        claims = self._claims(token)
        expires = self._check_times(claims)
        subject, jti = claims["sub"], claims["jti"]
        if not all(isinstance(claim, str) and _VISIBLE.match(claim) for claim in (subject, jti)):
            raise _refused(_CLAIMS)
        if not self._options.used.claim(jti, expires):
            raise _refused(_USED)
        return str(subject)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _refused(_UNREADABLE) from None
        if header.get("alg") not in self._algorithms:
            raise _refused(_ALGORITHM)
        if "crit" in header or "b64" in header:  # extensions that we would have to understand
            raise _refused(_UNREADABLE)
        for key in self._keys:
            try:
                return self._decode(token, key)
            except (jwt.InvalidIssuerError, jwt.InvalidAudienceError):
                raise _refused(_WHOSE) from None
            except jwt.MissingRequiredClaimError:
                raise _refused(_CLAIMS) from None
            except (jwt.PyJWTError, ValueError, RecursionError):
                continue  # another key may have signed it
        raise _refused(_UNREADABLE)

    def _decode(self, token: str, key: _Key) -> dict[str, Any]:
        # times are checked against the injected clock, not by the library against the machine's
        return jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm],
            issuer=self._options.issuer,
            audience=self._options.audience,
            options={
                "require": ["iss", "aud", "sub", "jti", "exp"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_sub": False,
                "verify_jti": False,
            },
        )

    def _check_times(self, claims: dict[str, Any]) -> datetime:
        now = self._options.clock.now().timestamp()
        times = {name: claims[name] for name in ("exp", "iat", "nbf") if name in claims}
        if not all(
            isinstance(time, int | float) and not isinstance(time, bool) and 0 <= time < 2**40
            for time in times.values()
        ):  # NaN compares false
            raise _refused(_CLAIMS)
        expires, issued = times["exp"], times.get("iat", now)
        if expires <= now:
            raise _refused(_EXPIRED)
        if max(issued, times.get("nbf", now)) > now + SKEW_SECONDS_MAX:
            raise _refused(_EARLY)
        skew = SKEW_SECONDS_MAX if "iat" in times else 0  # a clock ahead shows in iat
        if expires - issued > LIFE_SECONDS_MAX or expires > now + LIFE_SECONDS_MAX + skew:
            raise _refused(_LONG)
        return datetime.fromtimestamp(expires, UTC)


def _refused(why: Text) -> Problem:
    return Problem(HOST_TOKEN, values={"why": why})


def _key(pem: str) -> _Key:
    try:
        key = load_pem_public_key(pem.encode("ascii"))
    except Exception as error:
        raise ValueError("host token keys: a key cannot be read as PEM") from error
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return _Key(key, "ES256")
    if isinstance(key, Ed25519PublicKey):
        return _Key(key, "EdDSA")
    raise ValueError("host token keys: only EC P-256 (ES256) and Ed25519 (EdDSA) keys are permitted")
