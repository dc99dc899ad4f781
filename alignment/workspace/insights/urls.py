"""Addresses of notes, topics, briefings, message changes and requests for support."""

from django.urls import URLPattern, path

from . import briefing_views as briefings
from . import change_views as changes
from . import note_views as notes
from . import support_views as support
from . import topic_views as topics
from . import views

urlpatterns: list[URLPattern] = [
    path("insights/", views.insights, name="insights"),
    path("insights/new/", notes.note_choose, name="note_choose"),
    path("insights/notes/<int:note_id>/", notes.note, name="note"),
    path("insights/notes/<int:note_id>/edit/", notes.note_edit, name="note_edit"),
    path("insights/notes/<int:note_id>/remove/", notes.note_remove, name="note_remove"),
    path("insights/notes/<int:note_id>/mark/", notes.note_mark, name="note_mark"),
    path("insights/tags/<int:tag_id>/decide/", notes.tag_decide, name="tag_decide"),
    path("insights/topics/", topics.topics, name="insight_topics"),
    path("insights/topics/new/", topics.topic_new, name="insight_topic_new"),
    path("insights/topics/<int:tracker_id>/", topics.topic, name="insight_topic"),
    path("insights/topics/<int:tracker_id>/merge/", topics.topic_merge, name="insight_topic_merge"),
    path("insights/topics/<int:tracker_id>/edit/", topics.topic_edit, name="insight_topic_edit"),
    path(
        "insights/topics/<int:tracker_id>/answer/", topics.topic_answer, name="insight_topic_answer"
    ),
    path(
        "insights/topics/<int:tracker_id>/retire/", topics.topic_retire, name="insight_topic_retire"
    ),
    path("insights/briefings/", briefings.briefings, name="briefings"),
    path("insights/briefings/write/", briefings.briefing_write, name="briefing_write"),
    path("insights/briefings/rhythm/", briefings.briefing_rhythm, name="briefing_rhythm"),
    path("insights/briefings/<int:briefing_id>/", briefings.briefing, name="briefing"),
    path(
        "insights/briefings/<int:briefing_id>/read/", briefings.briefing_read, name="briefing_read"
    ),
    path("insights/changes/", changes.message_changes, name="message_changes"),
    path("insights/changes/new/", changes.message_change_new, name="message_change_new"),
    path("insights/changes/<int:change_id>/", changes.message_change, name="message_change"),
    path(
        "insights/changes/<int:change_id>/end/",
        changes.message_change_end,
        name="message_change_end",
    ),
    path("insights/support/", support.support, name="support"),
    path("insights/support/<int:support_id>/take/", support.support_take, name="support_take"),
    path("insights/support/<int:support_id>/done/", support.support_done, name="support_done"),
    path(
        "insights/support/<int:support_id>/decline/",
        support.support_decline,
        name="support_decline",
    ),
    path("accounts/<int:account_id>/support/new/", support.support_new, name="support_new"),
    path("accounts/<int:account_id>/notes/new/", notes.note_new, name="note_new"),
]
