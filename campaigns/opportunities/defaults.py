"""The usual pipeline of a company that sells software to mid-sized ones.

The words become the program's own, to be changed; as long as nobody did, they are shown in the
reader's language.
"""

from typing import Any

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_noop as _

# Their words are those of the outcome, in the models.
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
# What each means, its probability in percent, and after how many days without a word it is silent.
_NUMBERS = (
    ("open", 20, 14),
    ("open", 40, 14),
    ("open", 70, 7),
    ("won", 100, 365),
    ("lost", 0, 365),
)
# What content helps in each, by its name.
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
    """Usual words in the reader's language, others as they are."""
    if words in _ENDS:
        return pgettext("opportunity", words)
    return gettext(words) if words in _USUAL else words


_USUAL = frozenset((*_NAMES, *_GUIDANCE))
