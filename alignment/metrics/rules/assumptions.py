"""Default assumptions for the cost of misalignment."""

# The value in US dollars of a lead that nobody follows up.
LEAD_VALUE_USD = 250
# Days after the hand-off without human contact after which a lead counts as not followed up.
UNTREATED_AFTER_DAYS = 7
# US dollars lost by a late answer, and the elapsed minutes after which it is late.
LATE_USD = 50
LATE_AFTER_MINUTES = 24 * 60
MOST_USD = 1_000_000
MOST_DAYS = 90
