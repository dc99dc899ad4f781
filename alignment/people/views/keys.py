"""API keys of the program."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alignment.people import queries
from alignment.people.access import requires
from alignment.people.actions.keys import NewKey, create_key, revoke_key
from alignment.people.forms import SCOPE_LABELS, KeyForm
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_KEYS)
def keys(request: ProgramRequest) -> HttpResponse:
    """The list; a POST creates a key and is the only answer that ever shows its secret."""
    form = KeyForm(request.POST or None)
    made: NewKey | None = None
    if request.method == "POST" and form.is_valid():
        made = form.run(
            lambda: create_key(
                program=request.program,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                owner=request.user,
                expires_at=form.expires_at(),
                by=request.user,
            )
        )
    words = {
        "form": KeyForm() if made else form,
        "made": made,
        "keys": queries.keys_of(request.program, now=timezone.now()),
        "scope_labels": SCOPE_LABELS,
        "tab": "keys",
    }
    status = 422 if form.errors else 200
    return render(request, "people/settings/keys.html", words, status=status)


@require_POST
@requires(Permission.MANAGE_KEYS)
def revoke(request: ProgramRequest, key: int) -> HttpResponse:
    row = queries.key(program=request.program, pk=key)
    if row is None:
        raise Http404
    revoke_key(key=row, by=request.user)
    messages.success(request, _("Key %(name)s no longer works.") % {"name": row.name})
    return redirect("program:keys", request.program.slug)
