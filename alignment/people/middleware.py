"""The person's language and time zone, and the program named in the URL."""

import zoneinfo
from collections.abc import Callable
from time import time

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation

from alignment.core.live.bus import stream_place

from .actions.sessions import check_streams
from .cookies import LAST_PROGRAM, remember
from .queries import membership_in

GetResponse = Callable[[HttpRequest], HttpResponse]


class PreferencesMiddleware:
    """Language: the person's, else from the cookie or the browser. Times: in the person's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            language, zone = user.language, user.time_zone
        else:
            language, zone = translation.get_language_from_request(request), "UTC"
        translation.activate(language)
        try:
            timezone.activate(zoneinfo.ZoneInfo(zone))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            timezone.deactivate()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        timezone.deactivate()
        translation.deactivate()
        return response


# Pages about the person keep the shell of the program that was open before.
OWN_PAGES = ("/you/", "/sign-in/", "/programs/")


# Writing on every page view would cost a commit each; "last seen" need not be finer than this.
SEEN_EVERY_SECONDS = 300


class SessionSeenMiddleware:
    """Keeps "last seen" of the person's sessions, accurate to a few minutes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if (
            key
            and request.user.is_authenticated
            and cache.add(f"seen:{key}", 1, SEEN_EVERY_SECONDS)
        ):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class SignOutMiddleware:
    """Ends the live streams of a browser that signs out, on whichever page it does."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.session.get(SESSION_KEY)
        response = self.get_response(request)
        if person and request.session.get(SESSION_KEY) != person:
            check_streams(int(person))
        return response


class ProgramMiddleware:
    """Binds `/p/<program>/…` to a program of the signed-in person; other programs give 404."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        membership = getattr(request, "membership", None)
        if membership and request.COOKIES.get(LAST_PROGRAM) != membership.program.slug:
            remember(response, LAST_PROGRAM, membership.program.slug)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        in_program = request.path.startswith("/p/")
        slug = kwargs.pop("program", None) if in_program else self._opened_last(request)
        if slug is None or not request.user.is_authenticated:
            return
        membership = membership_in(user=request.user, slug=str(slug))
        if membership is None:
            if in_program:
                raise Http404
            return
        request.live_since = stream_place(time())  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.program = membership.program  # type: ignore[attr-defined]

    @staticmethod
    def _opened_last(request: HttpRequest) -> str | None:
        return request.COOKIES.get(LAST_PROGRAM) if request.path.startswith(OWN_PAGES) else None
