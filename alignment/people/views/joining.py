"""The page behind the link of an invitation."""

from allauth.account.utils import perform_login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alignment.people.actions.invitations import accept, accept_as_new
from alignment.people.forms import ActionForm, JoinForm
from alignment.people.models import Invitation, User
from alignment.people.queries import invitation_by_secret
from alignment.people.requests import signed_in


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Join as the person signed in, after signing in, or as somebody new."""
    found = invitation_by_secret(secret)
    if found is None:
        return render(request, "people/invitation_gone.html", {}, status=404)
    if found.expires_at <= timezone.now():
        return render(request, "people/invitation_gone.html", {"invitation": found}, status=410)
    if request.user.is_authenticated:
        return _join(request, found)
    if User.objects.filter(email=found.email).exists():
        return redirect_to_login(request.get_full_path())
    return _join_as_new(request, found)


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = signed_in(request)
    words = {"invitation": found, "is_mine": user.email.lower() == found.email}
    if request.method == "GET":
        return render(request, "people/invitation.html", words)
    if not words["is_mine"]:
        raise PermissionDenied
    form = ActionForm(request.POST)
    if form.is_valid() and form.run(lambda: accept(invitation=found, user=user)) is not None:
        return redirect("workspace:today", found.program.slug)
    return render(request, "people/invitation.html", {**words, "form": form}, status=422)


def _join_as_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        joined = form.run(lambda: accept_as_new(invitation=found, **form.cleaned_data))
        if joined:
            target = reverse("workspace:today", args=[found.program.slug])
            signed: HttpResponse = perform_login(request, joined.user, redirect_url=target)
            return signed
    status = 422 if form.is_bound else 200
    words = {"invitation": found, "form": form}
    return render(request, "people/invitation.html", words, status=status)
