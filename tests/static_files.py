"""URLs of static files without a manifest."""

from functools import lru_cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class PlainStaticFiles(StaticFilesStorage):
    """Works without `collectstatic`, hence without a manifest; remembers URLs as in production."""

    @lru_cache(maxsize=1_000)  # noqa: B019 (one storage, for the life of the process)
    def url(self, name: str | None) -> str:
        return super().url(name)
