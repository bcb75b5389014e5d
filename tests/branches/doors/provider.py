"""A small OpenID Connect provider, in a process of its own: `python provider.py PORT` (users and faults by PUT /setup).

It does what the standard asks of one: discovery, a login page, codes for one use bound to client, address and PKCE
verifier, tokens signed with a key that its own page publishes, userinfo. On demand it does one thing wrong.
"""

import base64
import hashlib
import html
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = ("yinling", "a-secret-between-the-two-of-us-0123456789")
LIFETIME = 300


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """What the provider knows; ``fault`` names the one thing that it does wrong."""

    def __init__(self, address):
        self.address = address
        self.key, self.foreign_key, self.kid = new_key(), new_key(), "key-1"
        self.users, self.fault, self.redirect_uri = {}, "", ""
        self.codes, self.tokens, self.logins = {}, {}, {}

    def description(self):
        methods = ["client_secret_post"] if self.fault == "wants_secret_in_body" else ["client_secret_basic"]
        return {
            "issuer": "https://somebody-else.example.org" if self.fault == "other_name" else self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "token_endpoint_auth_methods_supported": methods,
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def code_for(self, username, asked, logged_in_at):
        code = secrets.token_urlsafe(16)
        self.codes[code] = (username, asked, logged_in_at)
        return code

    def tokens_for(self, client, body):
        """The tokens for a code, or the name of the error."""
        if client != CLIENT:
            return "invalid_client"
        username, asked, logged_in_at = self.codes.pop(body.get("code"), (None, {}, 0))
        digest = base64.urlsafe_b64encode(hashlib.sha256(body.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if (
            username is None
            or asked.get("code_challenge_method") != "S256"
            or digest.decode() != asked.get("code_challenge")
            or body.get("redirect_uri") != asked["redirect_uri"]
            or body.get("grant_type") != "authorization_code"
        ):
            return "invalid_grant"
        access_token = secrets.token_urlsafe(16)
        self.tokens[access_token] = username
        id_token = self.id_token(username, asked, logged_in_at)
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": LIFETIME, "id_token": id_token}

    def id_token(self, username, asked, logged_in_at):
        user, now = self.users[username], int(time.time())
        claims = {
            "iss": self.address,
            "aud": asked["client_id"],
            "sub": user["sub"],
            "iat": now,
            "exp": now + LIFETIME,
            "auth_time": logged_in_at,
            "nonce": asked.get("nonce"),
        }
        if not user.get("number_in_userinfo_only"):
            claims["employee_number"] = user["employee_number"]
        claims.update(
            {
                "other_nonce": {"nonce": "of-another-login"},
                "other_client": {"aud": "another-site"},
                "made_for_another": {"aud": [asked["client_id"], "another-site"], "azp": "another-site"},
                "other_issuer": {"iss": "https://somebody-else.example.org"},
                "run_out": {"iat": now - 7200, "exp": now - 3600},
                "old_login": {"auth_time": now - 7200},
            }.get(self.fault, {})
        )
        if self.fault == "unsigned":
            return jwt.encode(claims, None, algorithm="none")
        if self.fault == "signed_with_the_shared_secret":
            return jwt.encode(claims, CLIENT[1], algorithm="HS256", headers={"kid": self.kid})
        key = self.foreign_key if self.fault == "foreign_key" else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": self.kid})

    def userinfo(self, access_token):
        user = self.users[self.tokens[access_token]]
        sub = "of-somebody-else" if self.fault == "other_userinfo" else user["sub"]
        return {"sub": sub, "employee_number": user["employee_number"]}


class Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self):
        path, query = self._asked()
        if path == "/.well-known/openid-configuration":
            self._answer(self.provider.description())
        elif path == "/keys":
            self._answer(self.provider.keys())
        elif path == "/userinfo":
            self._answer(self.provider.userinfo(self.headers["Authorization"].removeprefix("Bearer ")))
        elif path == "/authorize":
            self._authorize(query)
        else:
            self._answer({"error": "not_found"}, 404)

    def do_POST(self):
        path, query = self._asked()
        body = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if path == "/authorize":
            user = self.provider.users.get(body.get("username"))
            if user is None or user["password"] != body.get("password"):
                self._login_page("wrong")
            else:
                login = secrets.token_urlsafe(16)
                self.provider.logins[login] = (body["username"], int(time.time()))
                self._lead_back(query, login)
        elif path == "/token":
            tokens = self.provider.tokens_for(self._client(body), body)
            self._answer({"error": tokens}, 400) if isinstance(tokens, str) else self._answer(tokens)

    def do_PUT(self):
        """The tests' own way in: users, the redirect address that is registered, the fault to make."""
        setup = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for name, value in setup.items():
            setattr(self.provider, name, value)
        self._answer({})

    def _authorize(self, query):
        """Who is logged in here already is led back at once, unless asked to log in anew."""
        if query.get("redirect_uri") != self.provider.redirect_uri or query.get("client_id") != CLIENT[0]:
            self._answer({"error": "unknown client or address"}, 400)
            return
        cookie = self.headers.get("Cookie", "").partition("login=")[2]
        if cookie in self.provider.logins and query.get("prompt") != "login":
            self._lead_back(query, cookie)
        else:
            self._login_page("")

    def _lead_back(self, query, login):
        username, at = self.provider.logins[login]
        code = self.provider.code_for(username, query, at)
        self.send_response(303)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")
        self.send_header("Set-Cookie", f"login={login}; Path=/; HttpOnly")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _login_page(self, note):
        page = f'<p>{html.escape(note)}</p><form method="post"><input name="username"><input name="password"><button>OK'
        self._send(page.encode(), "text/html")

    def _client(self, body):
        if self.provider.fault == "wants_secret_in_body":
            return body.get("client_id"), body.get("client_secret")
        _, _, sent = self.headers.get("Authorization", "").partition("Basic ")
        return tuple(base64.b64decode(sent).decode().split(":", 1))

    def _asked(self):
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _answer(self, content, status=200):
        self._send(json.dumps(content).encode(), "application/json", status)

    def _send(self, content, kind, status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """The tests look at answers, not at a log."""


if __name__ == "__main__":
    port = int(sys.argv[1])
    Handler.provider = Provider(f"http://127.0.0.1:{port}")
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
