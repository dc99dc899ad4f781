"""What profile, scoring model, SLA contract and contact policy share: versions that are signed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned, Side


class Kind(models.TextChoices):
    ICP = "icp", _("Ideal customer profile")
    SCORING = "scoring", _("Scoring model")
    SLA = "sla", _("SLA contract")
    POLICY = "policy", _("Contact policy")


# A new version of these can make leads rise, which may be handed over or not.
MOVES_LEADS = (Kind.ICP, Kind.SCORING)


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Retired")


OPEN = (State.DRAFT, State.PROPOSED)


class Version(ProgramOwned):
    """One version of one agreement.

    Triggers enforce its life cycle: draft -> proposed -> in force -> retired, or back to draft;
    content and terms are frozen once it leaves draft; it comes in force with a signature of each
    side.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    content = models.JSONField(_("content"))
    note = models.TextField(_("why it changed"), blank=True)
    # Hash of the content and terms in canonical form; signatures refer to it.
    digest = models.CharField(_("hash"), max_length=64, null=True, editable=False)
    counts_from = models.DateTimeField(_("counts from"), null=True, blank=True)
    hands_over = models.BooleanField(
        _("hands over the leads that rise because of it"), default=False
    )
    shipped = models.BooleanField(_("shipped with the product"), default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent back by"),
    )
    returned_because = models.TextField(_("why it was sent back"), blank=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("agreement version")
        verbose_name_plural = _("agreement versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "kind", "number"], name="version_number"),
            models.UniqueConstraint(
                fields=["program", "kind"],
                condition=Q(state=State.IN_FORCE),
                name="one_version_in_force",
            ),
            models.UniqueConstraint(
                fields=["program", "kind"],
                condition=Q(state__in=OPEN),
                name="one_open_version_at_a_time",
            ),
            models.UniqueConstraint(fields=["id", "digest"], name="version_digest"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT, digest__isnull=True)
                | ~Q(state=State.DRAFT) & Q(digest__isnull=False),
                name="a_hash_from_proposed_on",
            ),
            models.CheckConstraint(
                condition=Q(shipped=False) | Q(number=1), name="only_the_first_is_shipped"
            ),
        ]
        indexes = [
            models.Index(
                fields=["counts_from"],
                condition=Q(state=State.PROPOSED),
                name="version_waits_for_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def moves_leads(self) -> bool:
        """Whether leads can rise when it comes in force."""
        return self.kind in MOVES_LEADS


class Signature(ProgramOwned):
    """One manager's signature, for one side, under the content identified by (version, hash)."""

    version = models.ForeignKey(
        Version,
        models.CASCADE,
        db_constraint=False,
        related_name="signatures",
        verbose_name=_("version"),
    )
    digest = models.CharField(_("hash"), max_length=64)
    side = models.CharField(_("side"), max_length=9, choices=Side)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("signed by"),
    )
    # The name on the day of signing: names change, signatures don't.
    name = models.CharField(_("name"), max_length=254)
    signed_at = models.DateTimeField(_("signed"), auto_now_add=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="nobody_signs_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_side_display()})"


class Comment(ProgramOwned):
    """A comment on one clause of an agreement, or all of it (no clause). Answers have a parent."""

    version = models.ForeignKey(
        Version,
        models.CASCADE,
        db_constraint=False,
        related_name="comments",
        verbose_name=_("version"),
    )
    clause = models.CharField(_("clause"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("answer to"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    side = models.CharField(_("side"), max_length=9, choices=Side, blank=True)
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["program", "version", "clause"], name="comment_of_clause")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(settled_at__isnull=True),
                name="threads_are_settled_not_answers",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
