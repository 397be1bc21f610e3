"""An issuer of logins (OpenID Connect, authorization code with PKCE) in this process, and who goes there."""

import base64
import hashlib
import http.server
import json
import secrets
import threading
import time
import urllib.parse

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class Issuer:
    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "42", "email": "bob@example.com", "email_verified": True, "name": "Bob"}
        self.codes = {}
        # What a test changes in the token before it is signed.
        self.tamper = {}
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/.well-known/openid-configuration":
                    return self.give(issuer.description())
                if self.path == "/keys":
                    public = jwt.algorithms.RSAAlgorithm.to_jwk(issuer.key.public_key(), as_dict=True)
                    return self.give({"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]})
                self.send_error(404)

            def do_POST(self):
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = issuer.token(dict(urllib.parse.parse_qsl(form)))
                self.give(answer, status)

            def give(self, value, status=200):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def description(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": self.url + "/authorize",
            "token_endpoint": self.url + "/token",
            "jwks_uri": self.url + "/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def agree(self, location):
        """A person logs in and agrees; where the browser is sent."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urllib.parse.urlencode({"code": code, "state": asked["state"]})

    def token(self, form):
        asked = self.codes.pop(form.get("code"), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": asked["client_id"], "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        token = jwt.encode(claims | self.person | self.tamper, self.key, algorithm="RS256", headers={"kid": "k1"})
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token, "expires_in": 300}
