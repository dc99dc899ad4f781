"""Writing plays, the templates from which runs are started."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core.audit import record
from alignment.core.edits import Overwritten, demand_as_seen
from alignment.core.live import bus
from alignment.people.models import Program, User
from campaigns.library.models import Asset, Play, PlayStep

from ..rules.steps import InvalidPlay, Step, check_steps, fingerprint, in_order, stored


def save_play(
    *,
    program: Program,
    by: User | None,
    name: str,
    goal: str,
    steps: Sequence[Step],
    play: Play | None = None,
    seen: Mapping[str, str] | None = None,
    read_at: datetime | None = None,
) -> Play:
    """Write a new play, or rewrite `play`; runs under way keep their touches. The steps are stored
    in the order of their days.

    `seen` is what the form showed: `name`, `goal` and the `fingerprint` of the `steps`. Fields that
    the person did not edit keep their stored values. Raises `Overwritten` for fields that somebody
    else changed as well. `read_at` is the `updated_at` that was read: raises `Overwritten` if the
    play was written since. Raises `InvalidPlay` for wrong steps and `ValidationError` for a name
    that another play has.
    """
    check_steps(steps)
    _check_assets(program, steps)
    said = {"name": name, "goal": goal, "steps": fingerprint(steps)}
    try:
        with transaction.atomic():
            row = _locked(play) if play else Play(program=program, created_by=by)
            if read_at is not None and row.updated_at != read_at:
                raise Overwritten(list(said))
            meant = _meant(row, said, seen or {}) if play else set(said)
            if not meant:
                return row
            row.name = name if "name" in meant else row.name
            row.goal = goal if "goal" in meant else row.goal
            row.save()
            if "steps" in meant:
                _write_steps(row, in_order(steps))
            record(by=by, action="play.saved", target=row, program_id=program.pk, steps=len(steps))
            bus.publish(program.pk, "plays")
    except IntegrityError as error:
        raise _name_taken(error) from error
    return row


def _meant(row: Play, said: Mapping[str, str], seen: Mapping[str, str]) -> set[str]:
    """The fields that the person edited. Raises `Overwritten`."""
    meant = {name for name, value in said.items() if seen.get(name) != value}
    steps = PlayStep.objects.in_program(row.program_id).filter(play=row)
    now = {"name": row.name, "goal": row.goal, "steps": fingerprint(stored(list(steps)))}
    demand_as_seen({name: seen[name] for name in meant & seen.keys()}, now, said)
    return meant


def name_play(*, play: Play, by: User | None, **said: str) -> Play:
    """Change the `name` or `goal`; the steps stay. Raises `ValidationError` as `save_play` does."""
    try:
        with transaction.atomic():
            row = _locked(play)
            row.name = said.get("name", row.name).strip()
            row.goal = said.get("goal", row.goal).strip()
            row.clean_fields(exclude=["program", "created_by"])
            row.save(update_fields=["name", "goal", "updated_at"])
            record(by=by, action="play.named", target=row, program_id=row.program_id)
            bus.publish(row.program_id, "plays")
    except IntegrityError as error:
        raise _name_taken(error) from error
    return row


def _name_taken(error: IntegrityError) -> Exception:
    """Turn a violation of the unique name into a `ValidationError`; other errors pass unchanged."""
    if "play_name_in_program" not in str(error):
        return error
    return ValidationError({"name": _("Another play has this name.")})


@transaction.atomic
def retire_play(*, play: Play, by: User | None) -> None:
    """Take a play out of use; runs that it started continue."""
    row = _locked(play)
    if row.retired_at:
        return
    row.retired_at = timezone.now()
    row.save(update_fields=["retired_at", "updated_at"])
    record(by=by, action="play.retired", target=row, program_id=row.program_id)
    bus.publish(row.program_id, "plays")


@transaction.atomic
def bring_back_play(*, play: Play, by: User | None) -> None:
    """Allow a retired play to be started again."""
    row = _locked(play)
    if row.retired_at is None:
        return
    row.retired_at = None
    row.save(update_fields=["retired_at", "updated_at"])
    record(by=by, action="play.brought_back", target=row, program_id=row.program_id)
    bus.publish(row.program_id, "plays")


def _locked(play: Play) -> Play:
    return Play.objects.in_program(play.program_id).select_for_update().get(pk=play.pk)


def _check_assets(program: Program, steps: Sequence[Step]) -> None:
    asked = {step.asset for step in steps if step.asset is not None}
    known = set(Asset.objects.in_program(program).filter(pk__in=asked).values_list("pk", flat=True))
    errors = {
        f"steps.{step.position}.asset": _("There is no such content.")
        for step in steps
        if step.asset is not None and step.asset not in known
    }
    if errors:
        raise InvalidPlay(errors)


def _write_steps(play: Play, steps: Sequence[Step]) -> None:
    """Rewrite all steps: nothing refers to their rows, since runs store positions."""
    PlayStep.objects.in_program(play.program_id).filter(play=play).delete()
    written = {
        step.position: PlayStep(
            program_id=play.program_id,
            play=play,
            position=step.position,
            side=step.side,
            channel=step.channel,
            after_days=step.after_days,
            at=step.at,
            minutes=step.minutes,
            message=step.message,
            say=step.say,
            asset_id=step.asset,
        )
        for step in steps
    }
    PlayStep.objects.bulk_create(written.values())
    for step in steps:
        if step.follows is not None:
            written[step.position].follows = written[step.follows]
    linked = [row for row in written.values() if row.follows_id]
    PlayStep.objects.in_program(play.program_id).bulk_update(linked, ["follows"])
