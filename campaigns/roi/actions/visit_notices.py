"""Notices about a prospect's visit, for the sender of the page and the owner of the deal."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alignment.notifications.actions.notices import NewNotice, NoticeText, notify_many
from alignment.notifications.models import NoticeKind

from ..models import RoiShare, RoiVisit
from ..page import outcome_words
from .writing import LIVE

# Results in a notice; the page shows all of them.
MOST_RESULTS = 3


def live_names(share: RoiShare) -> list[str]:
    """Live-update names of the internal pages that show it."""
    names = [LIVE, f"account-{share.account_id}"]
    return [*names, f"opportunity-{share.opportunity_id}"] if share.opportunity_id else names


def notify_visit(share: RoiShare, visit: RoiVisit) -> None:
    """One notice for each page, kind and day. Call it in the transaction of the visit."""
    deal = share.opportunity
    whom = {share.created_by_id, deal.owner_id if deal else None} - {None}
    rows = RoiVisit.objects.in_program(share.program_id).filter(share=share, kind=visit.kind)
    is_return = rows.exclude(pk=visit.pk).exists()
    cause = f"roi-{share.pk}-{visit.kind}-{visit.day}"
    words = _words(share, visit, is_return=is_return)
    told = [NewNotice(pk, NoticeKind.ROI, cause, words) for pk in sorted(pk for pk in whom if pk)]
    notify_many(program=share.program, rows=told)


def _words(share: RoiShare, visit: RoiVisit, *, is_return: bool) -> Callable[[], NoticeText]:
    about = share.opportunity.name if share.opportunity else share.account.name
    content = share.version.said

    def words() -> NoticeText:
        language = get_language() or "en"
        who = _who(share)
        title = _title(visit, is_return=is_return)
        lines = [about]
        if visit.kind == RoiVisit.Kind.USED:
            results = outcome_words(content, language, visit.values)[:MOST_RESULTS]
            lines += [_("%(label)s: %(value)s") % {"label": a, "value": b} for a, b in results]
        return NoticeText(
            title % {"who": who, "page": content.title.said(language)},
            "\n".join(lines),
            _path(share),
        )

    return words


def _title(visit: RoiVisit, *, is_return: bool) -> str:
    if visit.kind == RoiVisit.Kind.USED:
        return (
            _("%(who)s works with the ROI page again: %(page)s")
            if is_return
            else _("%(who)s used the ROI page: %(page)s")
        )
    return (
        _("%(who)s came back to the ROI page: %(page)s")
        if is_return
        else _("%(who)s opened the ROI page: %(page)s")
    )


def _who(share: RoiShare) -> str:
    if share.stakeholder:
        return str(share.stakeholder)
    return _("Somebody at %(account)s") % {"account": share.account.name}


def _path(share: RoiShare) -> str:
    slug = share.program.slug
    if share.opportunity_id:
        return reverse("workspace:opportunity", args=[slug, share.opportunity_id]) + "#roi"
    return reverse("workspace:account", args=[slug, share.account_id]) + "#roi"
