"""A row is locked without joins: joined rows would show their state before the wait."""

import pytest
from django.db import transaction

from accounts.models import Lead
from alignment.core.scoping import JoinedLock
from tests.cast import Cast


def test_a_locking_read_joins_nothing(cast: Cast) -> None:
    rows = Lead.objects.in_program(cast.program).select_for_update()
    with transaction.atomic():
        assert not rows.first()
        with pytest.raises(JoinedLock, match="Lead"):
            rows.select_related("owner").first()
