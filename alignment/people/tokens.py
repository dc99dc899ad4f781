"""Secrets that are handed out once and kept only as their hash."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in a URL or a header."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """SHA-256, hex. A fast hash is right for random secrets; passwords use Argon2."""
    return hashlib.sha256(secret.encode()).hexdigest()
