"""What is kept out of the logs."""

import logging
import re
from time import monotonic

# URLs whose last part is a secret that grants access.
SECRET_ADDRESS = re.compile(
    r"^(/(?:invitation|roi|calendar(?:/touches)?"
    r"|sign-in/(?:confirm-email|password/reset/key))/)[^/?]+"
)


class ShortRefusals(logging.Filter):
    """Refusing a request is not a fault, so its log line needs no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


# Seconds between two lines of a scheduler whose broker is away: it tries several times a second.
TOLD_EVERY = 60.0


class MissedTicks(logging.Filter):
    """A tick that the broker did not take costs a line a minute, not a stack for each."""

    def __init__(self) -> None:
        super().__init__()
        self._told = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info or not isinstance(record.args, tuple):
            return True
        now = monotonic()
        if now < self._told + TOLD_EVERY:
            return False
        self._told = now
        record.msg, record.args, record.exc_info = str(record.args[0]), (), None
        return True


class HiddenSecrets(logging.Filter):
    """Hides secret URLs: the logs must not let anyone open an invitation or a shared page. Belongs
    to the handler, because several loggers write addresses.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(arg) for arg in record.args)
        return True


def _hidden(arg: object) -> object:
    return SECRET_ADDRESS.sub(r"\1…", arg) if isinstance(arg, str) else arg
