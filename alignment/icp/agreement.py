"""The ideal customer profile as an agreement."""

from collections.abc import Mapping
from typing import Any

from alignment.agreements.models import Kind, Version
from alignment.agreements.rooms import Room, register
from alignment.agreements.rules import Clause
from alignment.jobs import actions as jobs
from alignment.jobs.models import Job
from alignment.people.models import Program, User

from .rules import parse_icp
from .words import in_words, weight_title


def check(_program: Program, content: Mapping[str, Any]) -> None:
    """Raises `InvalidIcp`."""
    parse_icp(content)


def clauses(_program: Program, content: Mapping[str, Any]) -> list[Clause]:
    """Each criterion in words, with all its values: a shortened list would hide what changed."""
    criteria = parse_icp(content).criteria
    return [
        Clause(
            key=criterion.key,
            title=words.title,
            says=f"{', '.join(words.values) or words.wanted} · {weight_title(criterion.weight)}",
            reason=criterion.reason,
        )
        for criterion, words in zip(criteria, in_words(criteria), strict=True)
    ]


def carry_out(version: Version, by: User | None) -> None:
    """Judge every account by the profile, in a job."""
    jobs.start(
        program=version.program, kind=Job.Kind.JUDGE, by=by, parameters={"version": version.pk}
    )


register(Kind.ICP, Room(check, clauses, carry_out))
