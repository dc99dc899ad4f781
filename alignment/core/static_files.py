"""URLs of static files."""

from functools import lru_cache

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class RememberedStaticFiles(ManifestStaticFilesStorage):
    """Remembers URLs: the manifest never changes in a process, and a page has a hundred icons."""

    @lru_cache(maxsize=1_000)  # noqa: B019 (one storage, for the life of the process)
    def url(self, name: str, force: bool = False) -> str:
        """The URL with the file's hash."""
        return super().url(name, force)
