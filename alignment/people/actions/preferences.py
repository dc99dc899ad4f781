"""What people choose for themselves."""

from django.core.exceptions import ValidationError
from django.db import transaction

from alignment.core import audit
from alignment.core.names import named
from alignment.people.models import User
from alignment.people.rules import check_time_zone


@transaction.atomic
def change_profile(
    *,
    user: User,
    name: str,
    language: str,
    time_zone: str,
    theme: str,
    letter_keys: bool,
    by: User,
) -> None:
    """What a person sets on their own page. Raises ValidationError by field."""
    check_time_zone(time_zone)
    before = user.name
    user.name, user.language, user.time_zone, user.theme = named(name), language, time_zone, theme
    user.letter_keys = letter_keys
    user.clean_fields(exclude=["password", "email"])
    user.save(update_fields=["name", "language", "time_zone", "theme", "letter_keys"])
    if before != user.name:
        audit.record(
            by=by,
            action="user.rename",
            target=user,
            program_id=None,
            before=before,
            after=user.name,
        )


def choose(*, user: User, theme: str | None = None, language: str | None = None) -> None:
    """The quick switches of the shell; a display choice needs no audit row.

    Raises ValidationError for a theme or language that does not exist.
    """
    if theme is not None:
        user.theme = theme
    if language is not None:
        user.language = language
    try:
        user.clean_fields(exclude=["password", "email", "name", "time_zone"])
    except ValidationError:
        user.refresh_from_db(fields=["theme", "language"])
        raise
    user.save(update_fields=["theme", "language"])
