"""The usual pipeline of a company that sells software to mid-sized companies.

The texts are copied into the program, which may change them; unchanged ones are shown in the
reader's language.
"""

from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as _

# Their texts are those of the outcomes in the models.
_ENDS = ("Won", "Lost")
_NAMES = (_("Discovery"), _("Demo"), _("Negotiation"), *_ENDS)
_GUIDANCE = (
    _(
        "Agree on the problem, what it costs them and who decides. Leave with a next meeting that"
        " the decision-maker attends."
    ),
    _(
        "Show only what answers their problem. Have the champion say in their own words what"
        " would change, and ask what could stop it."
    ),
    _(
        "One written plan with dates up to the signature: legal, security, purchasing. Every"
        " objection has an answer and an owner."
    ),
    _("Hand over to those who deliver, with what was promised."),
    _("Say why, in one code and one sentence: marketing works with it."),
)
# The outcome, the probability in percent, and the days without contact after which a deal counts as
# silent.
_NUMBERS = (
    ("open", 20, 14),
    ("open", 40, 14),
    ("open", 70, 7),
    ("won", 100, 365),
    ("lost", 0, 365),
)
# The buying stage whose content helps in each, by name.
USUAL_CONTENT = {"Discovery": "discover", "Demo": "compare", "Negotiation": "decide"}


def usual_stages() -> list[dict[str, Any]]:
    """Fields of each stage, in order, in the source language."""
    return [
        {
            "name": name,
            "guidance": guidance,
            "outcome": outcome,
            "probability": probability,
            "quiet_after_days": quiet,
        }
        for name, guidance, (outcome, probability, quiet) in zip(
            _NAMES, _GUIDANCE, _NUMBERS, strict=True
        )
    ]


def shown(words: str) -> str:
    """Translate usual texts into the reader's language; others are returned unchanged."""
    if words in _ENDS:
        return pgettext("opportunity", words)
    return gettext(words) if words in _USUAL else words


_USUAL = frozenset((*_NAMES, *_GUIDANCE))
