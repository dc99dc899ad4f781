"""What the cost of misalignment is reckoned with until a program says otherwise."""

# US dollars that a lead is worth which nobody treats.
LEAD_VALUE_USD = 250
# Days after the hand-off without a human word that make it one.
UNTREATED_AFTER_DAYS = 7
# US dollars that a late answer loses, and from how many elapsed minutes on it is late.
LATE_USD = 50
LATE_AFTER_MINUTES = 24 * 60
MOST_USD = 1_000_000
MOST_DAYS = 90
