"""Reading agreements."""

from alignment.people.models import Program

from .models import Kind, State, Version

HISTORY_LIMIT = 200


def in_force(program: Program | int, kind: Kind) -> Version | None:
    """What the program runs on now."""
    return Version.objects.in_program(program).filter(kind=kind, state=State.IN_FORCE).first()


def draft_of(program: Program | int, kind: Kind) -> Version | None:
    return Version.objects.in_program(program).filter(kind=kind, state=State.DRAFT).first()


def history(program: Program | int, kind: Kind) -> list[Version]:
    """All versions, newest first."""
    rows = Version.objects.in_program(program).select_related("created_by")
    return list(rows.filter(kind=kind).order_by("-number")[:HISTORY_LIMIT])
