"""French months, abbreviated and in lower case: "23 déc.", never "23 Déc"."""

MONTH_DAY_FORMAT = "j N"
