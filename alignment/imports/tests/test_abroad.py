"""Lists give states to companies abroad: the row is imported without the state, with a remark."""

from __future__ import annotations

import pytest

from accounts.models import Account
from alignment.imports.messages import sentences
from alignment.imports.models import ImportProblem
from tests import cast as make
from tests.cast import Cast

from .lists import run, taken, uploaded

HEADER = "Company,Website,City,State,Country\n"
SAID = "State: A company outside of the United States has no US state."


@pytest.mark.parametrize("country", ["Brazil", ""])
def test_a_state_abroad_is_left_out_with_a_remark(cast: Cast, country: str) -> None:
    """Santa Catarina is not South Carolina, even if the list omits a country that is known."""
    if not country:
        make.account(cast.program, "Acme", domain="acme.example", country="BR")
    rows = f"Acme,acme.example,Blumenau,SC,{country}\nBolt,bolt.example,Columbia,SC,USA\n"
    upload = uploaded(cast.program, (HEADER + rows).encode())
    tried, job = run(upload, dry_run=True), run(upload)
    assert taken(tried) == taken(job)
    assert (job.result["rejected"], job.result["incomplete"]) == (0, 1)
    stored = dict(Account.objects.in_program(cast.program).values_list("domain", "state"))
    assert stored == {"acme.example": None, "bolt.example": "SC"}
    (row,) = ImportProblem.objects.in_program(cast.program).filter(job=job)
    assert (row.row, sentences(row.errors)) == (2, SAID)
    assert taken(run(upload)) == {"rows": 2, "unchanged": 2, "incomplete": 1}
