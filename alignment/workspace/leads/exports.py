"""Leads as rows of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .queries import exported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from accounts.models import Lead
    from alignment.people.models import Program

    from .filters import LeadFilter


def head() -> list[str]:
    """The header row. Moments are in UTC, ISO 8601."""
    return [
        "id",
        _("First name"),
        _("Last name"),
        _("Job title"),
        _("Account"),
        _("Domain"),
        _("Stage"),
        _("Since"),
        _("Score"),
        _("Fit"),
        _("Engagement"),
        _("ICP"),
        _("Owner"),
        _("Source"),
        _("Last engagement"),
        _("Do not contact"),
    ]


def batches(*, program: Program, asked: LeadFilter) -> Iterator[list[list[str]]]:
    for leads in exported(program=program, asked=asked):
        yield [_row(lead) for lead in leads]


def _row(lead: Lead) -> list[str]:
    person, account, score = lead.stakeholder, lead.account, getattr(lead, "score", None)
    verdict = getattr(account, "verdict", None) if account else None
    engaged = score.last_engaged_at if score else None
    return [
        str(lead.pk),
        person.first_name,
        person.last_name,
        person.title,
        account.name if account else "",
        (account.domain or "") if account else "",
        lead.get_stage_display(),
        lead.stage_since.isoformat(timespec="seconds"),
        str(score.total if score else 0),
        str(score.fit if score else 0),
        str(score.engagement if score else 0),
        verdict.get_answer_display() if verdict else "",
        lead.owner.name if lead.owner else "",
        lead.source,
        engaged.isoformat(timespec="seconds") if engaged else "",
        _("yes") if person.do_not_contact else "",
    ]
