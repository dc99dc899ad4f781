"""The stranger's rows of the pages themselves: see isolation_world."""

from alignment.workspace.models import SavedView

from .cast import Cast


def hers_workspace(cast: Cast, number: int) -> None:
    """Rows with that number and her word in every text."""
    SavedView.objects.create(
        pk=number,
        program=cast.other_program,
        owner=cast.stranger,
        name="Zanzibar view",
        query="q=zanzibar",
    )
