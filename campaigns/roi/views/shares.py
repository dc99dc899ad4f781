"""Sending a page to a prospect, and closing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alignment.core.addresses import full_url, number_in
from alignment.people.access import requires
from alignment.people.permissions import Permission

from ..actions.sharing import Recipient, revoke_share, share_calculator
from ..forms import ShareForm
from ..queries.pages import share_in, share_rows_of_account
from ..queries.sharing import account_in, accounts_like, last_sender, ready_to_share
from ..share_lines import share_lines

if TYPE_CHECKING:
    from accounts.models import Account
    from alignment.people.requests import ProgramRequest
    from campaigns.opportunities.models import Opportunity

plans = requires(Permission.PLAN_TOUCHES)
CHOSEN = ("calculator", "stakeholder", "opportunity")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@plans
def share(request: ProgramRequest) -> HttpResponse:
    """`?account=` says for whom; without it, the page searches accounts. `?opportunity=` and
    `?stakeholder=` are preselected. The address of a new page is shown only in the response that
    creates it.
    """
    account = account_in(request.program, number_in(request.GET, "account"))
    if account is None:
        typed = request.GET.get("q", "")[:120]
        found = {"typed": typed, "accounts": accounts_like(request.program, typed)}
        return render(request, "roi/share.html", found)
    calculators = ready_to_share(request.program)
    initial = {
        **{name: number_in(request.GET, name) for name in CHOSEN},
        "sender": last_sender(request.program),
    }
    form = ShareForm(
        request.POST or None, account=account, calculators=calculators, initial=initial
    )
    address = _made(request, form, account) if form.is_valid() else ""
    context: dict[str, Any] = {
        "account": account,
        "form": form,
        "calculators": calculators,
        "deal": _chosen_deal(form),
        "address": address,
        "rows": share_lines(share_rows_of_account(account)),
    }
    return render(request, "roi/share.html", context, status=422 if form.errors else 200)


@require_POST
@plans
def revoke(request: ProgramRequest, share: int) -> HttpResponse:
    row = share_in(request.program, share)
    if row is None:
        raise Http404
    revoke_share(share=row, by=request.user)
    messages.success(request, _("The page is closed; its address leads nowhere."))
    slug, back = request.program.slug, request.POST.get("back")
    if back == "opportunity" and row.opportunity_id:
        return redirect("workspace:opportunity", slug, row.opportunity_id)
    if back == "account":
        return redirect("workspace:account", slug, row.account_id)
    return redirect("roi:calculator", slug, row.version.calculator_id)


def _chosen_deal(form: ShareForm) -> Opportunity | None:
    """The deal the person came from, if it belongs to the account."""
    deals: Any = form.fields["opportunity"]
    found: Opportunity | None = deals.queryset.filter(pk=form.initial["opportunity"]).first()
    return found


def _made(request: ProgramRequest, form: ShareForm, account: Account) -> str:
    given = form.cleaned_data
    try:
        made = share_calculator(
            calculator=given["calculator"],
            to=Recipient(account, given["stakeholder"], given["opportunity"]),
            sender=given["sender"],
            language=given["language"],
            days=given["days"],
            by=request.user,
        )
    except ValidationError as refused:
        for name, texts in refused.message_dict.items():
            for text in texts:
                form.add_error(name if name in form.fields else None, text)
        return ""
    return full_url(reverse("roi_page", args=[made.secret]))
