"""The ASGI application: the live stream and the limit on bodies in front of Django."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alignment.config.settings")
django_application = get_asgi_application()

from alignment.core.body_limit import with_body_limit  # noqa: E402 (needs the app registry)
from alignment.core.live.sse import Application, with_live_stream  # noqa: E402
from alignment.people.asgi_access import is_known, may_listen  # noqa: E402

# Django's types are the same except for the name of the mapping type.
application = with_live_stream(
    with_body_limit(cast("Application", django_application), is_known=is_known),
    may_listen=may_listen,
)
