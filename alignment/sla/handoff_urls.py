"""URLs of hand-offs, of sales feedback on them, and of their settings."""

from django.urls import URLPattern, path

from .views import handoffs, playbook, routing, why_no

urlpatterns: list[URLPattern] = [
    path("handoffs/", handoffs.handoffs, name="handoffs"),
    path("handoffs/<int:handoff_id>/", handoffs.handoff, name="handoff"),
    path("why-no/", why_no.why_no, name="why_no"),
    path("why-no/leads/", why_no.why_no_leads, name="why_no_leads"),
    path("territories/", routing.territories, name="territories"),
    path("rotation/", routing.rotation, name="rotation"),
    path("next-actions/", playbook.next_actions, name="next_actions"),
    path("next-actions/new/", playbook.next_action_new, name="next_action_new"),
    path("next-actions/<int:rule_id>/", playbook.next_action, name="next_action"),
    path("next-actions/<int:rule_id>/move/", playbook.next_action_move, name="next_action_move"),
    path(
        "next-actions/<int:rule_id>/delete/",
        playbook.next_action_delete,
        name="next_action_delete",
    ),
    path("reasons/", playbook.reasons, name="reasons"),
    path("reasons/<int:reason_id>/", playbook.reason, name="reason"),
]
