"""A company's directory for tests: OpenID Connect over real HTTP on this machine."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "starhall", "between-us"


class Directory:
    """What it says is set by each test: `claims`, and how it errs or cheats."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signing_key = self.key
        self.algorithm = "RS256"
        self.claims = {}
        self.override = {}  # what every ID token says instead of the truth
        self.userinfo = {}
        self.config = {}
        self.codes = {}
        self.error = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(directory):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                query = {
                    name: value[0] for name, value in parse_qs(parts.query).items()
                }
                if parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", directory.authorize(query))
                    self.end_headers()
                    return
                pages = {
                    "/.well-known/openid-configuration": directory.discovery,
                    "/keys": directory.keys,
                    "/userinfo": lambda: (
                        {"sub": directory.claims["sub"]} | directory.userinfo
                    ),
                }
                self.answer(pages[parts.path]())

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                form = parse_qs(self.rfile.read(length).decode())
                self.answer(
                    directory.token({name: value[0] for name, value in form.items()})
                )

            def answer(self, content):
                body = json.dumps(content).encode()
                self.send_response(400 if "error" in content else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        return Handler

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        } | self.config

    def keys(self):
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, query):
        back = {"state": query["state"]}
        if self.error:
            back["error"] = self.error
        else:
            back["code"] = f"code-{len(self.codes)}"
            self.codes[back["code"]] = query
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form):
        asked = self.codes.pop(form["code"], None)
        verifier = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(verifier).decode().rstrip("=")
        if (
            asked is None
            or form["client_secret"] != CLIENT_SECRET
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        } | self.claims
        claims |= self.override
        said = {name: value for name, value in claims.items() if value is not None}
        return {
            "access_token": "opaque",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": jwt.encode(
                said, self.signing_key, self.algorithm, headers={"kid": "one"}
            ),
        }
