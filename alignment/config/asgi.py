"""The ASGI application: the live stream and the limit of bodies in front, Django behind them."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")
django_application = get_asgi_application()

from alignment.core.body_limit import with_body_limit  # noqa: E402 (needs the app registry)
from alignment.core.live.sse import Application, with_live_stream  # noqa: E402
from alignment.people.asgi_access import is_known, may_listen  # noqa: E402

# The framework's types are the same, but for the name of the mapping.
application = with_live_stream(
    with_body_limit(cast("Application", django_application), is_known=is_known),
    may_listen=may_listen,
)
