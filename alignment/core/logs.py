"""What is kept out of the logs."""

import logging
import re

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
