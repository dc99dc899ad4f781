"""allauth's pages that change second factors, with each change in the audit trail."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import add_webauthn, remove_webauthn
from django.http import HttpRequest, HttpResponse

from alignment.people.actions.second_factors import record_factors
from alignment.people.requests import signed_in

View = Callable[..., HttpResponse]


def _recorded(view: View) -> View:
    @wraps(view)
    def recorded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return view(request, **kwargs)
        user = signed_in(request)
        return record_factors(user=user, by=user, change=partial(view, request, **kwargs))

    return recorded


activate_codes = _recorded(activate_totp)
deactivate_codes = _recorded(deactivate_totp)
new_recovery_codes = _recorded(generate_recovery_codes)
add_passkey = _recorded(add_webauthn)
remove_passkey = _recorded(remove_webauthn)
