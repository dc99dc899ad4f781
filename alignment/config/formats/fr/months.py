"""Months that Django's French catalogue abbreviates to "jan." and "fév."; ours overrides it."""

from django.utils.translation import pgettext_lazy

ABBREVIATED = (pgettext_lazy("abbrev. month", "Jan."), pgettext_lazy("abbrev. month", "Feb."))
