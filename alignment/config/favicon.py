"""Browsers request `/favicon.ico` for pages that name no icon: the admin, the API, a download."""

from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static


def favicon(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(static("icons/favicon.svg"))
