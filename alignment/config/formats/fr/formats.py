"""French months are short and small in the middle of a line: "23 déc.", never "23 Déc"."""

MONTH_DAY_FORMAT = "j N"
