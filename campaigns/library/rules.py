"""What a piece of content may say of itself."""

from django.utils.translation import gettext_lazy as _

# Two letters of ISO 639-1, in the order in which a company that sells in the USA asks for them.
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
# Sectors of NAICS that span several prefixes, by each of these.
_SPANS = {
    **dict.fromkeys(("31", "32", "33"), "31-33"),
    **dict.fromkeys(("44", "45"), "44-45"),
    **dict.fromkeys(("48", "49"), "48-49"),
}


def sector_of(naics: str) -> str:
    """The sector that an industry lies in: "5112" -> "51", "336" -> "31-33"; empty for none."""
    return _SPANS.get(naics[:2], naics[:2])
