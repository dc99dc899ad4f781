"""What the logs need not say."""

import logging
import re

# Addresses whose last part is all it takes to open them.
SECRET_ADDRESS = re.compile(
    r"^(/(?:invitation|roi|calendar(?:/touches)?|sign-in/password/reset/key)/)[^/?]+"
)


class ShortRefusals(logging.Filter):
    """A request that is refused breaks nothing, so its line needs no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


class HiddenSecrets(logging.Filter):
    """Whoever reads the logs may not do what the address of an invitation or a shared page allows."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_hidden(arg) for arg in record.args)
        return True


def _hidden(arg: object) -> object:
    return SECRET_ADDRESS.sub(r"\1…", arg) if isinstance(arg, str) else arg
