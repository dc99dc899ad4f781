"""What is sent to an endpoint: body and headers, in the Standard Webhooks scheme or for Slack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from .models import Delivery, Endpoint

# Slack refuses longer texts in a section.
LONGEST_TEXT = 2_900


def message_id(delivery: Delivery) -> str:
    """The same for each try of a delivery, so that receivers recognise repetitions."""
    return f"msg_{delivery.pk}"


def webhook(
    delivery: Delivery, endpoint: Endpoint, *, now: datetime
) -> tuple[bytes, dict[str, str]]:
    """Body and headers. For a day after a change of the secret, both secrets sign."""
    payload: Mapping[str, Any] = delivery.payload
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    secrets = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > now:
        secrets.append(endpoint.former_secret)
    name = message_id(delivery)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(msg_id=name, timestamp=now, data=body) for secret in secrets
        ),
    }
    return body.encode(), headers


def slack(delivery: Delivery) -> tuple[bytes, dict[str, str]]:
    """A message of one section. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""
    text = escape(str(delivery.payload.get("text", "")))[:LONGEST_TEXT]
    link = _link(delivery.payload)
    shown = f"{text}\n<{link}|{link.split('//')[-1].split('/')[0]}>" if link else text
    message = {
        "text": text,
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": shown or "…"}}],
    }
    return json.dumps(message, ensure_ascii=False).encode(), {"Content-Type": "application/json"}


def escape(text: str) -> str:
    """Plain text for Slack: nothing in it becomes a mention, link or channel.

    Besides escaping the three characters that Slack names, a zero-width space stops formatting
    marks.
    """
    for mark, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(mark, written)
    for mark in "*_~`":
        text = text.replace(mark, f"{mark}\u200b")
    return text


def _link(payload: Mapping[str, Any]) -> str:
    """The URL that the event leads to: the page of its lead if it has one, else its own `url`."""
    data = payload.get("data")
    lead = data.get("lead") if isinstance(data, Mapping) else None
    link = lead.get("url") if isinstance(lead, Mapping) else None
    link = str(link or (data.get("url") if isinstance(data, Mapping) else None) or "")
    plain = link.startswith(("https://", "http://")) and not set(link) & set("<>| ")
    return link if plain else ""
