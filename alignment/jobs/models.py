"""Long work that people can watch and cancel."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alignment.people.models import ProgramOwned


class Job(ProgramOwned):
    """One piece of long work. `cursor` is where to continue after a worker died.

    A worker renews `lease_until` while it runs a job; a job whose lease has expired is taken up
    again.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        RESCORE = "rescore", _("Score all leads again")
        JUDGE = "judge", _("Judge all accounts again")
        REBUILD = "rebuild", _("Rebuild counters from engagements")
        WHAT_IF = "what_if", _("Try a scoring model")
        BACKTEST = "backtest", _("Back-test of a scoring model")
        DUPLICATES = "duplicates", _("Look for duplicate accounts")
        HAND_OVER = "hand_over", _("Give somebody's work to others")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = (State.QUEUED, State.RUNNING)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    parameters = models.JSONField(_("parameters"), default=dict)
    cursor = models.JSONField(default=dict)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), null=True)
    result = models.JSONField(_("result"), default=dict)
    problem = models.TextField(_("problem"), blank=True)
    cancel_asked_at = models.DateTimeField(_("asked to cancel"), null=True)
    lease_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(fields=["program", "-id"], name="job_program"),
            models.Index(
                fields=["lease_until"],
                name="job_open",
                condition=models.Q(state__in=["queued", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def unit(self) -> str:
        """What `done` and `total` count."""
        return UNITS[self.kind]

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_unfinished(self) -> bool:
        """Whether it stopped early at a place from which another job can continue."""
        return self.state in (self.State.FAILED, self.State.CANCELLED) and self.kind in GO_ON


# Kinds whose cursor still means the same when another job continues from it. Work done under a
# version that is no longer in force is left to the job of the version that is.
GO_ON = frozenset({Job.Kind.RESCORE, Job.Kind.JUDGE, Job.Kind.REBUILD})

UNITS: dict[str, str] = {
    Job.Kind.IMPORT: "bytes",
    Job.Kind.RESCORE: "leads",
    Job.Kind.JUDGE: "accounts",
    Job.Kind.REBUILD: "leads",
    Job.Kind.WHAT_IF: "leads",
    Job.Kind.BACKTEST: "outcomes",
    Job.Kind.DUPLICATES: "accounts",
    Job.Kind.HAND_OVER: "rows",
}
