"""Values of the attributes of content."""

from django.utils.translation import gettext_lazy as _

# ISO 639-1 codes, ordered by demand for a company that sells in the USA.
LANGUAGES = (
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("pt", _("Portuguese")),
    ("nl", _("Dutch")),
    ("zh", _("Chinese")),
    ("ja", _("Japanese")),
    ("ko", _("Korean")),
)
# NAICS sectors that span several prefixes, by each of the prefixes.
_SPANS = {
    **dict.fromkeys(("31", "32", "33"), "31-33"),
    **dict.fromkeys(("44", "45"), "44-45"),
    **dict.fromkeys(("48", "49"), "48-49"),
}


def sector_of(naics: str) -> str:
    """The sector of an industry: "5112" -> "51", "336" -> "31-33"; empty for none."""
    return _SPANS.get(naics[:2], naics[:2])
