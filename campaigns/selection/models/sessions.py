"""Selection sessions: the candidates and why they are here, the votes, the confirmations."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from alignment.people.models import ProgramOwned, Side


class Choice(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    LATER = "later", _("Not yet")


class Session(ProgramOwned):
    """One session. Votes are secret until `revealed_at`; the list is final at `confirmed_at`.

    A session opened by mistake is discarded before the reveal: its votes are deleted, and the next
    session reuses its number.
    """

    number = models.PositiveIntegerField(_("number"))
    # Places on the list, copied from the settings when the session opened.
    capacity = models.PositiveSmallIntegerField(_("places on the list"))
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revealed_at = models.DateTimeField(_("votes revealed"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    # SHA-256 of the list that both sides confirmed.
    list_hash = models.CharField(_("hash of the list"), max_length=64, blank=True)
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True)
    discarded_because = models.CharField(_("why discarded"), max_length=300, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("discarded by"),
    )

    class Meta:
        verbose_name = _("selection session")
        verbose_name_plural = _("selection sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "number"],
                condition=Q(discarded_at__isnull=True),
                name="session_number",
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(confirmed_at__isnull=True, discarded_at__isnull=True),
                name="one_open_session",
            ),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_because="")
                | Q(discarded_at__isnull=False, revealed_at__isnull=True)
                & ~Q(discarded_because=""),
                name="discarded_before_the_reveal_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(revealed_at__isnull=False),
                name="revealed_before_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def state(self) -> str:
        if self.is_discarded:
            return "discarded"
        if self.is_confirmed:
            return "confirmed"
        return "voting" if self.is_voting else "discussing"

    @property
    def is_voting(self) -> bool:
        return self.revealed_at is None and not self.is_discarded

    @property
    def is_discarded(self) -> bool:
        return self.discarded_at is not None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class Candidate(ProgramOwned):
    """An account that a session decides about: whether it is put on the list, or stays there."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="candidates", db_constraint=False
    )
    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_constraint=False)
    # If the candidate's account was merged into `account` after the reveal, the name it had. Its
    # votes stay separate, even if both accounts were candidates.
    known_as = models.CharField(_("merged since; was called"), max_length=200, blank=True)
    # It was on the list when it became a candidate: a yes keeps it, a no takes it off.
    is_review = models.BooleanField(_("on the list already"), default=False)
    # Its rank that day; null for a candidate that is here for another reason.
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    # Why it is a candidate, as facts of that day: [{"code": ..., values}]. Pages put them into
    # words.
    reasons = models.JSONField(_("reasons"), default=list)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "account"],
                condition=Q(known_as=""),
                name="candidate_once_a_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.account_id}"


class Nomination(ProgramOwned):
    """A side asks for an account. It waits for the next session until `session` is set."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_constraint=False)
    side = models.CharField(_("side"), max_length=9, choices=Side)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("when"))
    known_as = models.CharField(_("merged since; was called"), max_length=200, blank=True)
    session = models.ForeignKey(
        Session,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="nominations",
        db_constraint=False,
    )

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "side", "session"],
                condition=Q(known_as=""),
                nulls_distinct=False,
                name="nominated_once_a_side_and_session",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="nomination_says_why"),
        ]
        indexes = [
            models.Index(
                fields=["program", "account"],
                condition=Q(session__isnull=True),
                name="nominations_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.side}"


class Vote(ProgramOwned):
    """The vote of a side on a candidate; the last vote of anyone on the side counts.

    Read it only through `queries.votes`: until the reveal it is visible to its own side only.
    """

    candidate = models.ForeignKey(
        Candidate, models.CASCADE, related_name="votes", db_constraint=False
    )
    side = models.CharField(_("side"), max_length=9, choices=Side)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    choice = models.CharField(_("vote"), max_length=5, choices=Choice)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("when"))
    # The vote at the moment of the reveal; empty for a vote first cast in the discussion.
    at_reveal = models.CharField(_("when revealed"), max_length=5, choices=Choice, blank=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["candidate", "side"], name="one_vote_a_side"),
            models.CheckConstraint(condition=~Q(reason=""), name="vote_says_why"),
        ]

    def __str__(self) -> str:
        # Without the choice, because audit rows and admin pages print this.
        return f"{self.candidate_id}: {self.side}"


class Ready(ProgramOwned):
    """A side that is ready for the reveal."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="readies", db_constraint=False
    )
    side = models.CharField(_("side"), max_length=9, choices=Side)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("side that is ready")
        verbose_name_plural = _("sides that are ready")
        constraints = [
            models.UniqueConstraint(fields=["session", "side"], name="ready_once_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.side}"


class Confirmation(ProgramOwned):
    """A manager binds a side to the list with that hash. It is dropped when the list changes."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="confirmations", db_constraint=False
    )
    side = models.CharField(_("side"), max_length=9, choices=Side)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    list_hash = models.CharField(_("hash of the list"), max_length=64)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.UniqueConstraint(fields=["session", "side"], name="confirmed_once_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.side}"
