"""Pages that every agreement has: the open version, signatures, history and comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alignment.core.addresses import number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from .actions import comments, drafts, signing
from .forms import CommentForm, DeclineForm, TermsForm
from .models import Kind, State, Version
from .queries import in_force, open_version, version_numbers
from .queries_pages import comparison, history_page, open_page
from .rules import InvalidContent

if TYPE_CHECKING:
    from alignment.people.requests import ProgramRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])
# URLs that every agreement's room has under the same names, except that a policy's comparison
# counts touches, which its room does not know.
EDITORS = {kind: f"{kind.value}:draft" for kind in Kind}
PAGES = {kind: f"{kind.value}:page" for kind in Kind}
VERSIONS = {kind: f"{kind.value}:version" for kind in Kind}
IMPACT_PAGES = {kind: f"{kind.value}:impact" for kind in Kind} | {
    Kind.POLICY: "workspace:policy_impact"
}


def _kind(agreement: str) -> Kind:
    if agreement not in PAGES:
        raise Http404
    return Kind(agreement)


def _open(request: ProgramRequest, kind: Kind) -> Version:
    version = open_version(request.program, kind)
    if version is None:
        raise Http404
    return version


def _to_open(request: ProgramRequest, kind: Kind) -> HttpResponse:
    return redirect("agreements:open", request.program.slug, kind)


@require_safe
@requires(Permission.READ)
def open_one(request: ProgramRequest, agreement: str) -> HttpResponse:
    """The draft or proposal with its comments; the agreement's page if nothing is open."""
    kind = _kind(agreement)
    return _show_open(request, kind, comment=CommentForm(), decline=DeclineForm())


def _show_open(
    request: ProgramRequest,
    kind: Kind,
    *,
    comment: CommentForm,
    decline: DeclineForm,
    status: int = 200,
) -> HttpResponse:
    page = open_page(program=request.program, kind=kind)
    if page is None:
        return _settled(request, kind)
    side = signing.side_of_signer(request.program.pk, request.user)
    context = {
        "page": page,
        "kind": kind,
        "kind_page": PAGES[kind],
        "editor": EDITORS[kind],
        "my_side": side,
        "may_withdraw": signing.may_withdraw(page.version, request.user),
        "signed": any(s.user_id == request.user.pk for x in page.sides for s in x.signatures),
        "comment": comment,
        "decline": decline,
    }
    part = "#open" if request.htmx and status == 200 else ""
    return render(request, f"agreements/open.html{part}", context, status=status)


def _settled(request: ProgramRequest, kind: Kind) -> HttpResponse:
    """Nothing is open any more; anyone still reading the page is told what became of it."""
    if not request.htmx:
        return redirect(PAGES[kind], request.program.slug)
    context = {
        "current": in_force(request.program, kind),
        "shown": number_in(request.GET, "number") or 0,
        "kind_page": PAGES[kind],
    }
    return render(request, "agreements/settled.html", context)


@require_safe
@requires(Permission.READ)
def news(request: ProgramRequest, agreement: str) -> HttpResponse:
    """What happened to the draft since the person opened it; empty if nothing did."""
    kind = _kind(agreement)
    version = open_version(request.program, kind)
    seen = parse_datetime(request.GET.get("seen", "")[:40])
    context = {"news": "", "url": reverse("agreements:open", args=[request.program.slug, kind])}
    if version is None:
        context["news"] = _("The draft is no longer there.")
    elif version.state != State.DRAFT:
        context["news"] = _("The draft was proposed: it can be signed now.")
    elif seen is not None and version.updated_at != seen:
        context["news"] = _("Somebody else saved this draft.")
    return render(request, "agreements/news.html", context)


@form_page
@requires(Permission.EDIT_AGREEMENTS)
def propose(request: ProgramRequest, agreement: str) -> HttpResponse:
    """The terms under which a draft is proposed to both sides."""
    kind = _kind(agreement)
    version = _open(request, kind)
    form = TermsForm(request.POST or None, program=request.program, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            signing.propose(version=version, by=request.user, **form.cleaned_data)
        except drafts.NotADraft:
            messages.warning(request, _("It is proposed already."))
            return _to_open(request, kind)
        except InvalidContent as invalid:
            form.add_error(None, str(invalid))
        else:
            messages.success(request, _("Proposed. Both sides can sign now."))
            return _to_open(request, kind)
    page = open_page(program=request.program, kind=kind)
    if page is None or page.version.state != State.DRAFT:
        return _to_open(request, kind)
    context = {"page": page, "kind": kind, "kind_page": PAGES[kind], "form": form}
    return render(request, "agreements/propose.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Permission.SIGN_AGREEMENTS)
def sign(request: ProgramRequest, agreement: str) -> HttpResponse:
    """A signature under exactly what the page showed; 409 with an explanation if that changed."""
    kind = _kind(agreement)
    version = _asked_version(request, kind)
    try:
        signed = signing.sign(
            version=version, digest=request.POST.get("digest", ""), by=request.user
        )
    except (signing.StaleSignature, signing.NotASigner) as refused:
        context = {
            "problem": str(refused),
            "version": Version.objects.in_program(request.program).get(pk=version.pk),
            "kind": kind,
            "kind_page": PAGES[kind],
        }
        return render(request, "agreements/stale.html", context, status=409)
    if signed.state == State.IN_FORCE:
        messages.success(request, _("Signed by both sides and in force."))
        return redirect(PAGES[kind], request.program.slug)
    messages.success(request, _("Signed."))
    return _to_open(request, kind)


def _asked_version(request: ProgramRequest, kind: Kind) -> Version:
    """The version whose page was signed, whatever its state is now."""
    number = number_in(request.POST, "number") or 0
    rows = Version.objects.in_program(request.program).filter(kind=kind)
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def withdraw(request: ProgramRequest, agreement: str) -> HttpResponse:
    kind = _kind(agreement)
    try:
        signing.send_back(version=_open(request, kind), by=request.user)
    except (signing.NotProposed, signing.NotYours) as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Withdrawn. It is a draft again, without signatures."))
    return _to_open(request, kind)


@require_POST
@requires(Permission.SIGN_AGREEMENTS)
def decline(request: ProgramRequest, agreement: str) -> HttpResponse:
    kind = _kind(agreement)
    version = _open(request, kind)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show_open(request, kind, comment=CommentForm(), decline=form, status=422)
    try:
        signing.send_back(version=version, by=request.user, reason=form.cleaned_data["reason"])
    except signing.NotProposed as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, _("Declined. It is a draft again, without signatures."))
    return _to_open(request, kind)


@require_POST
@requires(Permission.COMMENT_AGREEMENTS)
def comment(request: ProgramRequest, agreement: str) -> HttpResponse:
    kind = _kind(agreement)
    version = _open(request, kind)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _show_open(request, kind, comment=form, decline=DeclineForm(), status=422)
    try:
        comments.comment(
            version=version,
            clause=form.cleaned_data["clause"],
            text=form.cleaned_data["text"],
            by=request.user,
            parent_id=form.cleaned_data["parent"],
        )
    except comments.NoSuchThread as gone:
        messages.warning(request, str(gone))
    return _to_open(request, kind)


@require_POST
@requires(Permission.COMMENT_AGREEMENTS)
def settle(request: ProgramRequest, agreement: str, comment_id: int) -> HttpResponse:
    kind = _kind(agreement)
    settled = request.POST.get("settled") != "no"
    try:
        comments.settle(
            version=_open(request, kind), comment_id=comment_id, settled=settled, by=request.user
        )
    except comments.NoSuchThread as gone:
        raise Http404 from gone
    return _to_open(request, kind)


@require_safe
@requires(Permission.READ)
def history(request: ProgramRequest, agreement: str) -> HttpResponse:
    kind = _kind(agreement)
    context = {
        "entries": history_page(program=request.program, kind=kind),
        "kind": kind,
        "kind_page": PAGES[kind],
        "version_page": VERSIONS[kind],
        "open": open_version(request.program, kind),
    }
    return render(request, "agreements/history.html", context)


@require_safe
@requires(Permission.READ)
def compare(request: ProgramRequest, agreement: str, older: int, newer: int) -> HttpResponse:
    kind = _kind(agreement)
    found = comparison(program=request.program, kind=kind, older=older, newer=newer)
    if found is None:
        raise Http404
    context = {
        "compared": found,
        "numbers": version_numbers(request.program, kind),
        "kind": kind,
        "kind_page": PAGES[kind],
        "impact_page": IMPACT_PAGES[kind],
    }
    return render(request, "agreements/compare.html", context)


@require_safe
@requires(Permission.READ)
def compare_pick(request: ProgramRequest, agreement: str) -> HttpResponse:
    """Two versions chosen in a form; invalid input leads to the history."""
    kind = _kind(agreement)
    older, newer = (number_in(request.GET, name) for name in ("older", "newer"))
    if older is None or newer is None:
        return redirect("agreements:history", request.program.slug, kind)
    return redirect("agreements:compare", request.program.slug, kind, older, newer)


@require_POST
@requires(Permission.EDIT_AGREEMENTS)
def again(request: ProgramRequest, agreement: str, number: int) -> HttpResponse:
    """Roll back: copy an old version into a new draft, to be proposed and signed again."""
    kind = _kind(agreement)
    rows = Version.objects.in_program(request.program).filter(kind=kind, number=number)
    old = rows.exclude(in_force_at=None).first()
    if old is None:
        raise Http404
    if open_version(request.program, kind) is not None:
        messages.warning(request, _("Another version is open: settle that one first."))
        return _to_open(request, kind)
    note = _("Back to version %(number)d.") % {"number": number}
    drafts.start_draft(
        program=request.program, kind=kind, by=request.user, content=old.content, note=note
    )
    return _to_open(request, kind)
