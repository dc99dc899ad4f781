"""Pages of the sign-in that replace allauth's of the same address and name; they come first."""

from allauth.account.decorators import reauthentication_required
from allauth.account.views import password_set
from django.urls import URLPattern, path

from .views import second_factors

urlpatterns: list[URLPattern] = [
    # Who signs in elsewhere may have second factors here, which a password could then remove.
    path(
        "password/set/",
        reauthentication_required(app="allauth.account")(password_set),
        name="account_set_password",
    ),
    path("2fa/totp/activate/", second_factors.activate_codes, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", second_factors.deactivate_codes, name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/generate/",
        second_factors.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/add/", second_factors.add_passkey, name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        second_factors.remove_passkey,
        name="mfa_remove_webauthn",
    ),
]
