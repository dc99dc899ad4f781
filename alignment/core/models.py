"""The audit trail: who changed what, in the transaction of the change."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change. It holds plain ids instead of foreign keys, because the trail outlives its
    targets.

    On commit, a trigger gives each entry its place in its program's chain and a hash over itself
    and the previous entry; from then on it cannot be changed (`verify_audit`).
    """

    program_id = models.BigIntegerField(_("program"), null=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor_id = models.BigIntegerField(_("actor id"), null=True)
    actor = models.CharField(_("actor"), max_length=254)
    action = models.CharField(_("action"), max_length=80)
    target = models.CharField(_("target"), max_length=80)
    target_id = models.BigIntegerField(_("target id"), null=True)
    detail = models.JSONField(_("detail"), default=dict)
    place = models.BigIntegerField(_("place in the chain"), null=True, editable=False)
    hash = models.CharField(_("hash"), max_length=64, null=True, editable=False)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        constraints = [
            models.UniqueConstraint("place", Coalesce("program_id", 0), name="audit_chain"),
        ]
        indexes = [
            models.Index(fields=["program_id", "-id"], name="audit_program"),
            models.Index(fields=["target", "target_id"], name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"
