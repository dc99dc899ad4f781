"""Who comes: a person with a browser, or a machine that looks at every address it meets."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Browsers inside apps (LinkedIn's, Outlook's) are people; CUBOT makes telephones.
_MACHINE = re.compile(
    r"(?<!cu)bot|crawl|spider|preview|scan|fetch|externalhit|ms-?office|barracuda|mimecast"
    r"|proofpoint|safelinks|headless|phantom|python|curl|wget|java/|go-http|okhttp|axios|node"
    r"|monitor|pingdom|lighthouse|validator",
    re.IGNORECASE,
)


def is_person(headers: Mapping[str, str]) -> bool:
    """Whether these headers look like somebody who opened the page to read it.

    A guess on the safe side: a visit that does not count is better than a score that nobody earned.
    Names of headers as HTTP writes them.
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
