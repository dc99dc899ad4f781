"""When Google's or Microsoft's word is accepted that an address belongs to somebody."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

# Providers are configured when the settings are read, so this runs in a process of its own.
ASK = """
import django, json, sys
django.setup()
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
request = RequestFactory().get("/")
request.session, request.user = {}, AnonymousUser()
with context.request_context(request):
    provider = get_adapter().get_provider(request, sys.argv[1])
    login = provider.sociallogin_from_response(request, json.loads(sys.argv[2]))
    print(json.dumps([[each.email, each.verified] for each in login.email_addresses]))
"""
GOOGLE = {"sub": "1", "email": "claire@entente.example"}
MICROSOFT = {"id": "1", "mail": "claire@entente.example", "userPrincipalName": "x@y.example"}


@pytest.mark.parametrize(
    ("provider", "said", "is_proven"),
    [
        ("google", GOOGLE | {"email_verified": True}, True),
        ("google", GOOGLE | {"email_verified": False}, False),
        ("microsoft", MICROSOFT, False),
    ],
)
def test_only_what_google_calls_verified_is(
    db: None, provider: str, said: dict[str, object], is_proven: bool
) -> None:
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    env = os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        f"{provider.upper()}_CLIENT_ID": "x",
        f"{provider.upper()}_CLIENT_SECRET": "x",
    }
    answer = subprocess.run(
        [sys.executable, "-c", ASK, provider, json.dumps(said)],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(answer.stdout) == [["claire@entente.example", is_proven]]
