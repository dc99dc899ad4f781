"""Addresses of static files."""

from functools import lru_cache

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class RememberedStaticFiles(ManifestStaticFilesStorage):
    """The manifest stays as it is while a process lives, and a page asks for a hundred icons."""

    @lru_cache(maxsize=1_000)  # noqa: B019 (one storage, for the life of the process)
    def url(self, name: str, force: bool = False) -> str:
        """The address with the file's hash."""
        return super().url(name, force)
