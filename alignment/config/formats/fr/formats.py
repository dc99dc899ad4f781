"""French dates: "1er décembre 2026", and months abbreviated in lower case: "23 déc.", never "23 Déc".

`S` is the ordinal of the language (`alignment/core/ordinals.py`)."""

DATE_FORMAT = "jS F Y"
DATETIME_FORMAT = "jS F Y à\u00a0H:i"
MONTH_DAY_FORMAT = "jS N"
