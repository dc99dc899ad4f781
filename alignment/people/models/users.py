"""Users. The e-mail address is the user name."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def prove_address(user: "User") -> None:
    """Mark the address as verified: an invitation reached the person there, or the machine's
    operator vouches for it. allauth would drop an unverified address when the person changes it.
    """
    # Not at module level: allauth's models refer to this one.
    from allauth.account.models import EmailAddress

    EmailAddress.objects.filter(user=user).exclude(email=user.email).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        prove_address(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", "English"), ("fr", "Français")], default="en"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    letter_keys = models.BooleanField(_("single-letter shortcuts"), default=True, db_default=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


class AddressConfirmation(models.Model):
    """A link to confirm a new address waits to be sent there. The row goes with the mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    email = models.EmailField(_("e-mail address"))
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    # While a worker is sending: when another one may take over, should that one have died.
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())

    class Meta:
        verbose_name = _("address to confirm")
        verbose_name_plural = _("addresses to confirm")
        constraints = [
            models.UniqueConstraint(fields=["user", "email"], name="confirmed_once_at_a_time")
        ]
        indexes = [models.Index(fields=["next_try_at"], name="confirmation_due")]

    def __str__(self) -> str:
        return self.email


class PasswordReset(models.Model):
    """Somebody asked for a new password for this address, which may be nobody's. The row goes once
    it is answered.
    """

    email = models.EmailField(_("e-mail address"))
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    # While a worker is sending: when another one may take over, should that one have died.
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())

    class Meta:
        verbose_name = _("asked for a new password")
        verbose_name_plural = _("asked for new passwords")
        indexes = [models.Index(fields=["next_try_at"], name="password_reset_due")]

    def __str__(self) -> str:
        return self.email
