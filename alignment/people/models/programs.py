"""Programs, the isolation boundary, with their teams, members and invitations."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from alignment.core.scoping import ScopedManager


class Side(models.TextChoices):
    MARKETING = "marketing", _("Marketing")
    SALES = "sales", _("Sales")


class Role(models.TextChoices):
    OWNER = "owner", _("Owner (RevOps)")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer (read only)")


IN_A_TEAM = (Role.MANAGER, Role.MEMBER)
MOST_LEADS_A_WEEK = 1_000


class Program(models.Model):
    """One ABM programme of one company. Everything a user can see belongs to one."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="America/New_York")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    def __str__(self) -> str:
        return self.name


class ProgramOwned(models.Model):
    """A row that belongs to one program and is only reached through it."""

    # Large tables have keys or indexes of their own that start with the program.
    program = models.ForeignKey(Program, models.CASCADE, verbose_name=_("program"), db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True


class HeldToProgram(ProgramOwned):
    """A row that another constraint ties to its program: a composite key with its parent, or the
    row it was made from. A foreign key of its own would only repeat the check for each row written.
    """

    program = models.ForeignKey(
        Program, models.CASCADE, verbose_name=_("program"), db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


class Team(ProgramOwned):
    side = models.CharField(_("side"), max_length=9, choices=Side)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["side", "name"]
        constraints = [
            models.UniqueConstraint(
                F("program"),
                # Unlike some database collations, the builtin one knows capitals of all languages.
                Func(
                    "name",
                    template="lower(%(expressions)s COLLATE pg_c_utf8)",
                    output_field=models.TextField(),
                ),
                name="team_name_in_program",
                violation_error_message=_("There is already a team of that name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(ProgramOwned):
    """A person's seat in a program. Managers and members sit in a team, and so on a side."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=8, choices=Role)
    team = models.ForeignKey(
        Team,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("team"),
    )
    leads_a_week = models.PositiveSmallIntegerField(
        _("MQLs a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_LEADS_A_WEEK)],
        help_text=_("How many new MQLs this person of sales can take in a week."),
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["program", "user"], name="one_membership_per_program"),
            models.CheckConstraint(
                condition=Q(role__in=IN_A_TEAM, team__isnull=False)
                | Q(team__isnull=True) & ~Q(role__in=IN_A_TEAM),
                name="managers_and_members_have_a_team",
                violation_error_message=_("Managers and members belong to a team; others do not."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def side(self) -> Side | None:
        return Side(self.team.side) if self.team else None


class Invitation(ProgramOwned):
    """An open invitation; only the hash of its secret is kept."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=Role)
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    # Until its mail is sent: when a worker tries next.
    next_try_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "email"],
                condition=Q(accepted_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(next_try_at__isnull=False),
                name="invitation_to_send",
            )
        ]

    def __str__(self) -> str:
        return self.email
