"""What the browser remembers between visits, so that the sign-in page looks the same too."""

from django.conf import settings
from django.http import HttpResponse

LAST_PROGRAM = "entente_program"
THEME = "entente_theme"
ONE_YEAR = 365 * 24 * 3600


def remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=ONE_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def remember_language(response: HttpResponse, language: str) -> None:
    remember(response, settings.LANGUAGE_COOKIE_NAME, language)


def remember_theme(response: HttpResponse, theme: str) -> None:
    remember(response, THEME, theme)
