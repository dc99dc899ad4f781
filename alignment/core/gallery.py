"""The component gallery at `/design/`, for developers of pages; only mounted while DEBUG is on."""

from datetime import timedelta
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

NAV = [
    ("", "t", "home", "Today", None, False),
    ("", "q", "inbox", "Lead queue", 12, True),
    ("Records", "a", "building", "Accounts", 614, False),
    ("Records", "l", "target-arrow", "Leads", 1841, False),
    ("Records", "p", "users", "People", 2035, False),
    ("Agreements", "i", "scale", "ICP", None, False),
    ("Agreements", "s", "gauge", "Scoring", None, False),
    ("Data", "m", "file-import", "Imports", None, False),
    ("Data", "j", "list-check", "Jobs", 1, False),
    ("Data", ",", "settings", "Settings", None, False),
]
LONG = "Consolidated Amalgamated Industrial Holdings of North America"
LEADS = [
    ("Marisol Okafor", "Northwind Robotics", "mql", 55, 25, "Pricing page, 3 visits"),
    ("Dale Whitcomb", "Prairie Grain Cooperative", "sql", 45, 30, "Budget confirmed on call"),
    ("Anh Tran", "Bluewater Logistics", "mql", 35, 10, "Case study download"),
    ("Gwendolyn St. Claire-Featherstonehaugh", LONG, "engaged", 20, 15, "Webinar"),
    ("Luis Ferreira", "Copper State Utilities", "new", 0, 5, "E-mail opened"),
    ("Priya Raman", "Harbor Health Partners", "opportunity", 55, 40, "Demo held"),
    ("Tom Becker", "Ozark Tooling", "recycled", 20, 0, "No answer for 90 days"),
]
STAGES = [
    "new",
    "engaged",
    "mql",
    "sql",
    "opportunity",
    "won",
    "lost",
    "disqualified",
    "recycled",
]


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component, in the shell."""
    nav = [
        SimpleNamespace(
            group=group,
            key=key,
            icon=icon,
            label=label,
            count=count,
            hot=hot,
            url=f"#{key}",
            current=label == "Lead queue",
        )
        for group, key, icon, label, count, hot in NAV
    ]
    leads = [
        SimpleNamespace(
            name=name,
            account=account,
            stage=stage,
            fit=fit,
            engagement=engagement,
            total=fit + engagement,
            why=why,
            verdict=("unknown", "no", "match", "match")[engagement // 5 % 4],
        )
        for name, account, stage, fit, engagement, why in LEADS
    ]
    context = {
        "nav": nav,
        "leads": leads,
        "theme": request.GET.get("theme", "system"),
        "now": timezone.now(),
        "earlier": timezone.now() - timedelta(hours=3),
        "stages": STAGES,
        "thresholds": SimpleNamespace(mql_at=40, sql_at=60),
    }
    return render(request, "design/gallery.html", context)
