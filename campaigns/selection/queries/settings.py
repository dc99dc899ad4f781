"""How a program chooses its targets."""

from alignment.people.models import Program

from ..models import SelectionSettings


def settings_of(program: Program | int) -> SelectionSettings:
    """The program's settings; an unsaved row with the defaults if it never set any."""
    program_id = program if isinstance(program, int) else program.pk
    row = SelectionSettings.objects.in_program(program_id).first()
    return row or SelectionSettings(program_id=program_id)
