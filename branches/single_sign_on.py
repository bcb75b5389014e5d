"""The site as a client of an OpenID Connect provider: authorization code with PKCE, every token checked."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

TIMEOUT_SECONDS = 5
KNOWN_FOR_SECONDS = 10 * 60  # the provider's description of itself
CLOCKS_DIFFER_SECONDS = 60
# Signatures that only the provider can make; "none" and those with our own shared secret are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderFailed(Exception):
    """The provider did not answer, or not as it must; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One way to the provider and back, kept in the session: nothing else is accepted from it."""

    state: str
    nonce: str
    verifier: str


def new_errand():
    """Three secrets of one login: against foreign answers, foreign tokens, foreign codes."""
    return Errand(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


def address_at_provider(errand, *, again):
    """Where the browser goes; ``again`` asks the provider for the password even if it remembers the person."""
    digest = hashlib.sha256(errand.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": settings.YINLING_SSO_CLIENT_ID,
        "redirect_uri": _own_address(),
        "scope": settings.YINLING_SSO_SCOPES,
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if again else {}),
    }
    endpoint = _provider()["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def claims_for(code, errand):
    """What the provider says of the person who brought ``code``; raises ProviderFailed for anything out of order."""
    provider = _provider()
    tokens = _exchange(provider, code, errand)
    try:
        key = jwt.PyJWKClient(provider["jwks_uri"], timeout=TIMEOUT_SECONDS).get_signing_key_from_jwt(
            tokens["id_token"]
        )
        claims = jwt.decode(
            tokens["id_token"],
            key.key,
            algorithms=ALGORITHMS,
            audience=settings.YINLING_SSO_CLIENT_ID,
            issuer=provider["issuer"],
            leeway=CLOCKS_DIFFER_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, KeyError) as error:
        raise ProviderFailed(f"its token is not valid: {type(error).__name__}") from error
    if claims.get("nonce") != errand.nonce:
        raise ProviderFailed("its token belongs to another login")
    if claims.get("azp", settings.YINLING_SSO_CLIENT_ID) != settings.YINLING_SSO_CLIENT_ID:
        raise ProviderFailed("its token was made for another site")
    if settings.YINLING_SSO_CLAIM in claims or "userinfo_endpoint" not in provider:
        return claims
    return _with_userinfo(provider, tokens, claims)


def _exchange(provider, code, errand):
    """The tokens for the code; the client proves itself by header, or in the body where the provider wants only that."""
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _own_address(),
        "code_verifier": errand.verifier,
    }
    client = (settings.YINLING_SSO_CLIENT_ID, settings.YINLING_SSO_CLIENT_SECRET)
    by_header = "client_secret_basic" in provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not by_header:
        body.update(zip(("client_id", "client_secret"), client, strict=True))
    return _answer("POST", provider["token_endpoint"], data=body, auth=client if by_header else None)


def _with_userinfo(provider, tokens, claims):
    """The claims with what only the provider's userinfo page tells, of the same person."""
    told = _answer(
        "GET",
        provider["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"},
    )
    if told.get("sub") != claims["sub"]:
        raise ProviderFailed("its userinfo is about somebody else")
    return {**told, **claims}


def _provider():
    """The provider's description of itself, at the address that the standard says."""
    issuer = settings.YINLING_SSO_ISSUER
    return cache.get_or_set(f"single-sign-on:{issuer}", lambda: _described(issuer), KNOWN_FOR_SECONDS)


def _described(issuer):
    provider = _answer("GET", f"{issuer}/.well-known/openid-configuration")
    if str(provider.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderFailed("it calls itself by another name")
    for name in ENDPOINTS:
        if urlsplit(str(provider.get(name, ""))).scheme != urlsplit(issuer).scheme:
            raise ProviderFailed(f"its {name} is missing or less secure than its own address")
    return provider


def _answer(method, address, **request):
    try:
        response = requests.request(method, address, timeout=TIMEOUT_SECONDS, allow_redirects=False, **request)
        answer = response.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderFailed(f"no answer from {urlsplit(address).path}: {type(error).__name__}") from error
    if response.status_code != requests.codes.ok or not isinstance(answer, dict):
        raise ProviderFailed(f"{urlsplit(address).path} answered {response.status_code}")
    return answer


def _own_address():
    return settings.YINLING_SITE_URL + reverse("institute-callback")
