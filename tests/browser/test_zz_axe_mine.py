from tests.browser.journeys import Online
from tests.browser.pages import every_page
from tests.browser.test_accessibility import examine
from tests.cast import Cast


def test_mine(cast: Cast, online: Online) -> None:
    visits = [v for v in every_page(cast) if "/notices/" in v.address or "/endpoints/" in v.address]
    print([v.address for v in visits])
    assert len(visits) == 4
    tabs = {client: online.session(client) for client in {visit.client for visit in visits}}
    found = [line for visit in visits for line in examine(tabs[visit.client], visit.address)]
    assert not found, "\n".join(found)
