"""The contact policy that a new program starts from."""

DEFAULT_POLICY = {
    "per_stakeholder": 4,
    "per_account": 12,
    "window_days": 14,
    "gap_hours": 24,
    "quiet_from": 18 * 60,
    "quiet_until": 8 * 60,
    "pause_days": 7,
}
