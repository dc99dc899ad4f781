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
from alignment.people.forms import KeyForm, scope_words
from alignment.people.permissions import Permission
from alignment.people.requests import ProgramRequest

# The session keeps a new key's secret until the next page shows it.
MADE = "made_key"


@never_cache
@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_KEYS)
def keys(request: ProgramRequest) -> HttpResponse:
    """The list; only the first view after a key was created shows its secret."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _created(request, form)):
        request.session[MADE] = [request.program.pk, made.key.prefix, made.secret]
        return redirect("program:keys", request.program.slug)
    words = {
        "form": form,
        "made": _made(request),
        "rows": [
            {"key": key, "may": scope_words(key.scopes)}
            for key in queries.keys_of(request.program, now=timezone.now())
        ],
        "tab": "keys",
    }
    status = 422 if form.errors else 200
    return render(request, "people/settings/keys.html", words, status=status)


def _created(request: ProgramRequest, form: KeyForm) -> NewKey | None:
    return form.run(
        lambda: create_key(
            program=request.program,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            owner=request.user,
            expires_at=form.expires_at(),
            by=request.user,
        )
    )


def _made(request: ProgramRequest) -> dict[str, str] | None:
    """Prefix and secret of a key just created in this program; returned once."""
    program, prefix, secret = request.session.get(MADE, (None, "", ""))
    if program != request.program.pk:
        return None
    del request.session[MADE]
    return {"prefix": prefix, "secret": secret}


@require_POST
@requires(Permission.MANAGE_KEYS)
def revoke(request: ProgramRequest, key: int) -> HttpResponse:
    row = queries.key(program=request.program, pk=key)
    if row is None:
        raise Http404
    revoke_key(key=row, by=request.user)
    messages.success(request, _("Key %(name)s no longer works.") % {"name": row.name})
    return redirect("program:keys", request.program.slug)
