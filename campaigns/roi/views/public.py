"""The page behind a secret address, for prospects, who have no account here.

It is rendered without a request, so that no internal context (program, person, navigation) can leak
in. Wrong, expired and closed addresses get the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alignment.core.rest.limits import spend
from alignment.people.requests import client_address

from ..actions.visiting import note_visit
from ..models import RoiShare, RoiVisit
from ..page import Page, as_pdf, page_of
from ..queries.pages import open_share
from ..rules.visitors import is_person

if TYPE_CHECKING:
    from collections.abc import Callable

# A prospect tries out many numbers, and several people of one company may share an address.
A_MINUTE = 60
PDFS_A_MINUTE = 10
A_MINUTE_FROM_ONE_PLACE = 300

no_script = csp_replace({"script-src": [NONE], "connect-src": [NONE], "manifest-src": [NONE]})


@never_cache
@no_script  # type: ignore[arg-type]
@require_safe
def roi_page(request: HttpRequest, secret: str) -> HttpResponse:
    """The inputs as a form (GET, so that it works without a script), the results beside it."""
    return _answer(request, secret, "page", A_MINUTE, _html)


@never_cache
@no_script  # type: ignore[arg-type]
@require_safe
def roi_pdf(request: HttpRequest, secret: str) -> HttpResponse:
    """The same numbers as a PDF; invalid ones redirect to the page."""
    return _answer(request, secret, "pdf", PDFS_A_MINUTE, _pdf)


def _answer(
    request: HttpRequest,
    secret: str,
    what: str,
    limit: int,
    show: Callable[[HttpRequest, RoiShare, Page], HttpResponse],
) -> HttpResponse:
    share = open_share(secret)
    if share is None:
        guesses = spend(f"roi:{client_address(request)}", limit=A_MINUTE_FROM_ONE_PLACE)
        return _closed(429, guesses.reset) if guesses.exceeded else _closed(404)
    allowance = spend(f"roi-{what}:{share.pk}", limit=limit)
    if allowance.exceeded:
        return _closed(429, allowance.reset)
    try:
        typed = request.GET.dict()
    except TooManyFieldsSent:
        return _closed(400)
    with translation.override(share.language):
        page = page_of(share.version.said, share.language, typed)
        _note(request, share, page, is_used=what == "pdf")
        answer = show(request, share, page)
    answer["Content-Language"] = share.language
    return _private(answer)


def _html(request: HttpRequest, share: RoiShare, page: Page) -> HttpResponse:
    context: dict[str, Any] = {
        "page": page,
        "share": share,
        "is_used": _is_used(request, page),
        "pdf": f"{request.path}pdf/?{page.query}",
    }
    # Invalid numbers show the form again, with a status that says so.
    status = 422 if page.has_errors else 200
    return HttpResponse(render_to_string("roi/public.html", context), status=status)


def _pdf(request: HttpRequest, share: RoiShare, page: Page) -> HttpResponse:
    if page.has_errors:
        return HttpResponseRedirect(f"../?{request.GET.urlencode()}")
    answer = HttpResponse(as_pdf(page, share), content_type="application/pdf")
    name = slugify(page.title) or "roi"
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _note(request: HttpRequest, share: RoiShare, page: Page, *, is_used: bool) -> None:
    """Record the visit, unless the visitor is signed in or a machine that fetches links."""
    if (
        request.method != "GET"
        or page.has_errors
        or request.user.is_authenticated
        or not is_person(request.headers)
    ):
        return
    now = timezone.now()
    uses = is_used or _is_used(request, page)
    # Opening a link with numbers in it is the first opening, too.
    opened = RoiVisit.objects.in_program(share.program_id).filter(
        share=share, kind=RoiVisit.Kind.OPENED
    )
    if not uses or not opened.exists():
        note_visit(share=share, kind=RoiVisit.Kind.OPENED, at=now)
    if uses:
        note_visit(share=share, kind=RoiVisit.Kind.USED, at=now, values=page.values)


def _is_used(request: HttpRequest, page: Page) -> bool:
    return any(key in request.GET for key in page.values)


def _closed(status: int, seconds: int = 0) -> HttpResponse:
    """A page that does not reveal whether this address ever existed, or whose it was."""
    answer = HttpResponse(
        render_to_string("roi/closed.html", {"is_busy": status == 429}), status=status
    )
    if seconds:
        answer["Retry-After"] = str(seconds)
    return _private(answer)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
