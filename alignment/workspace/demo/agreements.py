"""The demo's agreements: a signed profile, and a model that waits for a signature."""

from typing import Any

from alignment.agreements.actions import drafts, signing
from alignment.agreements.actions.comments import comment
from alignment.agreements.models import Kind, Version
from alignment.icp.workshop import actions as workshops
from alignment.people.models import Program, Side, User

People = dict[str, User]


def settle(program: Program, people: People) -> None:
    """The workshop is under way, the profile is in force, the model has one of two signatures."""
    _sign_profile(program, people)
    _propose_model(program, people)
    _open_workshop(program, people)


def _sign_profile(program: Program, people: People) -> None:
    draft = drafts.start_draft(program=program, kind=Kind.ICP, by=people["hugo"])
    content = _with(
        draft,
        "criteria",
        "employees",
        min=180,
        reason="Some of our best customers had 180 to 200 people when they signed.",
    )
    note = "From the workshop in the spring: slightly smaller companies are worth a call."
    draft = drafts.save_draft(version=draft, content=content, note=note, by=people["hugo"])
    said = comment(
        version=draft, clause="employees", text="Do they have a budget holder?", by=people["marcus"]
    )
    comment(
        version=draft,
        clause="employees",
        text="Three of the four that we won did: the head of IT.",
        by=people["lea"],
        parent_id=said.pk,
    )
    _sign(signing.propose(version=draft, by=people["hugo"]), people["hugo"], people["sarah"])


def _propose_model(program: Program, people: People) -> None:
    draft = drafts.start_draft(program=program, kind=Kind.SCORING, by=people["sarah"])
    content = _with(
        draft,
        "rules",
        "case-study",
        points=15,
        reason="Who read a case study became a customer more often than who did not.",
    )
    content["mql_at"] = 45
    note = "Fewer MQLs, each of them called the same day."
    draft = drafts.save_draft(version=draft, content=content, note=note, by=people["sarah"])
    comment(
        version=draft,
        clause="mql_at",
        text="With 45 points we get two calls fewer a day each. I can keep that promise.",
        by=people["ines"],
    )
    _sign(signing.propose(version=draft, by=people["sarah"]), people["sarah"])


def _sign(proposal: Version, *signers: User) -> None:
    assert proposal.digest
    for person in signers:
        signing.sign(version=proposal, digest=proposal.digest, by=person)


def _with(draft: Version, rows: str, key: str, **other: Any) -> dict[str, Any]:
    """The content with one of its rows changed."""
    changed = [{**row, **other} if row["key"] == key else row for row in draft.content[rows]]
    return {**draft.content, rows: changed}


def _open_workshop(program: Program, people: People) -> None:
    workshop = workshops.open_workshop(
        program=program, title="Next year's customers", planned_minutes=240, by=people["hugo"]
    )
    topics = {topic.key: topic for topic in workshop.topics.all()}
    said: tuple[tuple[str, Side, str, dict[str, Any]], ...] = (
        ("maturity", Side.MARKETING, "hugo", {"kind": "maturity", "weight": "preferred", "min": 2}),
        ("maturity", Side.SALES, "sarah", {"kind": "maturity", "weight": "must", "min": 3}),
        ("budget", Side.SALES, "sarah", {"kind": "budget", "weight": "preferred", "min": 80_000}),
    )
    for key, side, who, criterion in said:
        workshops.propose(topic=topics[key], side=side, criterion=criterion, by=people[who])
    aside = "Wait for the spring: we hire in Denver."
    workshops.put_aside(topic=topics["metros"], leave_out=False, note=aside, by=people["sarah"])
