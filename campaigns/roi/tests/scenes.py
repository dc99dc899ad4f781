"""A published calculator, and a page of it."""

from typing import Any

from accounts.models import Account, Stakeholder
from alignment.agreements.actions import drafts
from alignment.agreements.models import Kind
from alignment.jobs import runner
from alignment.jobs.models import Job
from alignment.scoring.defaults import DEFAULT_MODEL, ROI_RULES
from campaigns.roi.actions.sharing import Recipient, Shared, share_calculator
from campaigns.roi.actions.writing import publish_calculator, save_calculator
from campaigns.roi.defaults import LATE_LEADS
from campaigns.roi.models import Calculator
from campaigns.roi.rules.content import Content
from tests import cast as play
from tests.cast import Cast
from tests.signing import bring_in_force

# What a person's browser sends when somebody opens a link.
BROWSER = {
    "User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Safari/605.1.15",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
}


def calculator(cast: Cast, content: Content = LATE_LEADS, name: str = "Late leads") -> Calculator:
    row = save_calculator(program=cast.program, by=cast.marketer, name=name, content=content)
    publish_calculator(calculator=row, by=cast.marketer)
    return row


def prospect(cast: Cast) -> tuple[Account, Stakeholder]:
    company = play.account(cast.program, "Cascade Robotics", state="TX")
    return company, play.stakeholder(cast.program, company, first_name="Dana", last_name="Reyes")


def shared(
    cast: Cast,
    row: Calculator,
    company: Account,
    person: Stakeholder | None = None,
    **said: Any,
) -> Shared:
    usual: dict[str, Any] = {"sender": "Hexalog", "language": "en", "days": 30, "by": cast.rep}
    words = usual | said
    return share_calculator(calculator=row, to=Recipient(company, person), **words)


def sign_model_without_roi(cast: Cast) -> None:
    """Put a model in force that predates the scoring of ROI pages."""
    rules = [rule for rule in DEFAULT_MODEL["rules"] if rule not in ROI_RULES]
    draft = drafts.start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    content = draft.content | {"rules": rules}
    saved = drafts.save_draft(version=draft, content=content, note="", by=cast.owner)
    bring_in_force(saved)
    for job in Job.objects.in_program(cast.program).filter(state="queued").order_by("id"):
        runner.run(job.pk)
