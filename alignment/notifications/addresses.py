"""Full URLs of pages, for readers outside the site."""

from django.conf import settings


def site(path: str) -> str:
    """The full URL of a page, given its path from the root of the site."""
    address: str = settings.SITE_ADDRESS
    return address.rstrip("/") + path
