"""Whether a visitor is a person with a browser or a machine that fetches every link."""

from __future__ import annotations

import re
from collections.abc import Mapping

# In-app browsers (LinkedIn's, Outlook's) belong to people; CUBOT is a brand of phones.
_MACHINE = re.compile(
    r"(?<!cu)bot|crawl|spider|preview|scan|fetch|externalhit|ms-?office|barracuda|mimecast"
    r"|proofpoint|safelinks|headless|phantom|python|curl|wget|java/|go-http|okhttp|axios|node"
    r"|monitor|pingdom|lighthouse|validator",
    re.IGNORECASE,
)


def is_person(headers: Mapping[str, str]) -> bool:
    """Whether these headers look like those of a person who opened the page to read it.

    When in doubt, no: missing a visit is better than scoring one that no person made. Header names
    are spelled as in HTTP.
    """
    agent = headers.get("User-Agent", "")
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "")
    return (
        agent.startswith("Mozilla/")
        and not _MACHINE.search(agent)
        and bool(headers.get("Accept-Language"))
        and "text/html" in headers.get("Accept", "")
        and "prefetch" not in purpose.lower()
        and headers.get("Sec-Fetch-Dest", "document") == "document"
    )
