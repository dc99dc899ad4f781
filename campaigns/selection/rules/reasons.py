"""Reasons that people give for a vote, for a nomination and for taking an account off."""

# In characters, like the columns.
LONGEST_REASON = 300
