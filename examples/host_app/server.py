"""A bank's app in miniature: it knows who its customer is, signs a token that says so, and shows the widget.

    python examples/host_app/server.py --counter http://127.0.0.1:7860 --customer C1001

Before a counter in production mode, start that one with the settings this prints. Before a sandbox only
SKYTELLER_EMBED_ORIGINS is needed: a sandbox takes no tokens.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import uuid
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

HERE = Path(__file__).parent
FILES = {
    "/": ("index.html", "text/html"),
    "/host.js": ("host.js", "text/javascript"),
    "/host.css": ("host.css", "text/css"),
}
ISSUER, AUDIENCE = "hailan-app", "skyteller"
LIFE_SECONDS = 120  # the counter takes at most 300, and each token once


def key_pair(folder: Path) -> tuple[str, Path]:
    """The private key as PEM text, and the file of the public one; made once and kept."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private, public = folder / "host-private.pem", folder / "host-public.pem"
    if not private.exists():
        key = generate_private_key(SECP256R1())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
        public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private.read_text(encoding="ascii"), public


def token(private: str, customer: str) -> str:
    """A JWS (ES256) that says who the customer is; in a real app: whoever is signed in here."""
    now = int(time.time())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": customer, "jti": str(uuid.uuid4()), "iat": now, "exp": now + LIFE_SECONDS,
    }  # fmt: skip
    return jwt.encode(claims, private, algorithm="ES256")


class App(BaseHTTPRequestHandler):
    """The page, its script, where the counter is, and fresh tokens for the page's own customer."""

    def __init__(self, private: str, customer: str, counter: str, *args: object) -> None:
        self.private, self.customer, self.counter = private, customer, counter
        super().__init__(*args)  # type: ignore[arg-type]  # the base class passes its own three

    def do_GET(self) -> None:
        if self.path in FILES:
            name, kind = FILES[self.path]
            self._answer((HERE / name).read_bytes(), f"{kind}; charset=utf-8")
        elif self.path == "/config":
            self._answer(json.dumps({"counter": self.counter}).encode(), "application/json")
        elif self.path == "/token":
            self._answer(json.dumps({"token": token(self.private, self.customer)}).encode(), "application/json")
        else:
            self.send_error(404)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'self'; frame-src {self.counter}; frame-ancestors 'none'; base-uri 'none'",
        )
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counter", default="http://127.0.0.1:7860", help="where Skyteller is")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--customer", default="C1001")
    parser.add_argument("--keys", type=Path, default=Path("host-app-keys"), help="folder of this app's key pair")
    given = parser.parse_args()
    private, public = key_pair(given.keys)
    print(
        f"SKYTELLER_EMBED_ORIGINS=http://localhost:{given.port}",
        f"SKYTELLER_HOST_TOKEN_KEYS={public.absolute()}",
        sep="\n",
    )
    print(f"SKYTELLER_HOST_TOKEN_ISSUER={ISSUER}", f"SKYTELLER_HOST_TOKEN_AUDIENCE={AUDIENCE}", sep="\n")
    print(f"open http://localhost:{given.port}", flush=True)
    ThreadingHTTPServer(
        ("127.0.0.1", given.port), partial(App, private, given.customer, given.counter.rstrip("/"))
    ).serve_forever()


if __name__ == "__main__":
    main()
