"""Addresses of pages, for readers outside."""

from django.conf import settings


def site(path: str) -> str:
    """The whole address of a page, given from the root of the site."""
    address: str = settings.SITE_ADDRESS
    return address.rstrip("/") + path
