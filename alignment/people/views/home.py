"""Pages outside any program: the start page, and pages about the person."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.people.actions.preferences import change_profile, choose
from alignment.people.actions.sessions import end_sessions
from alignment.people.cookies import LAST_PROGRAM, remember_language, remember_theme
from alignment.people.forms import ProfileForm
from alignment.people.models import Theme, User
from alignment.people.queries import may_found, memberships_of
from alignment.people.requests import signed_in


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Redirects to Today of the last or only program; otherwise lists the programs."""
    memberships = memberships_of(signed_in(request))
    last = request.COOKIES.get(LAST_PROGRAM)
    slugs = [membership.program.slug for membership in memberships]
    if last in slugs or len(slugs) == 1:
        return redirect("workspace:today", last if last in slugs else slugs[0])
    return programs(request)


@require_safe
@login_required
def programs(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    words = {"memberships": memberships_of(user), "may_found": may_found(user)}
    return render(request, "people/programs.html", words)


@require_http_methods(["GET", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = ProfileForm.of(user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _saved(form, user):
        response = redirect("people:profile")
        remember_language(response, user.language)
        remember_theme(response, user.theme)
        with override(user.language):
            messages.success(request, _("Saved."))
        return response
    status = 422 if form.is_bound else 200
    return render(request, "people/profile.html", {"form": form}, status=status)


def _saved(form: ProfileForm, user: User) -> bool:
    form.run(lambda: change_profile(user=user, by=user, **form.cleaned_data))
    return not form.errors


@require_POST
@login_required
def end_session(request: HttpRequest, session: int) -> HttpResponse:
    """Sign out another browser of the same person."""
    found = UserSession.objects.filter(user=signed_in(request), pk=session).first()
    if found is None:
        raise Http404
    end_sessions(sessions=[found], by=signed_in(request))
    messages.success(request, _("That browser is signed out."))
    return redirect("usersessions_list")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """The switches of the shell and of the sign-in page; reads `theme`, `language` and `next`."""
    theme, language = request.POST.get("theme"), request.POST.get("language")
    if theme not in (None, *Theme.values) or language not in (None, "en", "fr"):
        return HttpResponseBadRequest(_("There is no such theme or language."))
    if request.user.is_authenticated:
        try:
            choose(user=signed_in(request), theme=theme, language=language)
        except ValidationError:
            return HttpResponseBadRequest(_("There is no such theme or language."))
    response = _back(request)
    if language:
        remember_language(response, language)
    if theme:
        remember_theme(response, theme)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if safe else "/")
