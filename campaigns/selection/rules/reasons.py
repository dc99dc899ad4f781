"""Reasons that people give: for a vote, a nomination, taking an account off."""

# Characters; the columns hold as many.
LONGEST_REASON = 300
