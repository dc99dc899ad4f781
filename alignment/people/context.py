"""What every template may rely on."""

from typing import Any

from django.http import HttpRequest

from .permissions import GRANTS
from .queries import memberships_of


def program(request: HttpRequest) -> dict[str, Any]:
    """The program, the person's role in it and what they may do (`may.import` and so on)."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return {"program": None, "membership": None, "may": {}}
    grants = GRANTS.get(membership.role, frozenset())
    return {
        "program": membership.program,
        "membership": membership,
        "may": {permission.value: True for permission in grants},
        "my_programs": lambda: memberships_of(membership.user),
    }
