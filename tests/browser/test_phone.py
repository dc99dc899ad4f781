"""On a phone: what shares a line in a card keeps apart."""

from accounts.models import Lead
from alignment.sla.tests.handing import handed, mql
from tests.browser.journeys import PHONE, Online
from tests.cast import Cast

# Whether what stands in the cell of the due time reaches under the cell of the owner.
OVERLAPS = """(row) => {
  const owner = row.querySelector(".owner").getBoundingClientRect();
  return [...row.querySelectorAll(".due > *")].some((part) => {
    const box = part.getBoundingClientRect();
    return box.right > owner.left && box.bottom > owner.top && box.top < owner.bottom;
  });
}"""


def test_a_due_time_in_the_queue_stands_beside_the_owner(cast: Cast, online: Online) -> None:
    lead = mql(cast.program)
    handed(lead)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(owner=cast.rep)
    cast.rep.name = "Maximiliane von und zu Hohenlohe-Langenburg"
    cast.rep.save()
    cast.marketer.language = "fr"
    cast.marketer.save()
    page = online.person(cast.marketer, viewport=PHONE)
    page.goto(f"/p/{cast.program.slug}/queue/")
    assert not page.locator("#queue-rows tr").evaluate(OVERLAPS)
