"""Users, the posts (jabatan) of a regency, and who held which post when."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from payung.access.policy import TITLES, Role
from payung.database.scoped import RegencyRow


class UserManager(BaseUserManager["User"]):
    """Finds users by their login name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody who can sign in. What they may do comes from their posts alone."""

    username = models.CharField("nama pengguna", max_length=60, unique=True)
    name = models.CharField("nama lengkap", max_length=150)
    email = models.EmailField("surel", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    opened_in = models.CharField(max_length=5, blank=True)
    """Code of the regency whose administrator opened the account."""
    sessions_ended_count = models.PositiveIntegerField(default=0)
    """How often all sessions were ended at once; each session holds the count at which it began."""

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions die with the password, as Django has it, and whenever all are ended."""
        content = f"{self.password}:{self.sessions_ended_count}"
        return salted_hmac("payung.access.session", content, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Post(RegencyRow):
    """A chair (jabatan): a role with a territory. Work waits for the chair, not for whoever sits on it."""

    role = models.CharField(max_length=20, choices=[(role.value, title) for role, title in TITLES.items()])
    territory = models.CharField(max_length=20)
    agency = models.CharField(max_length=120, blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "role", "territory", "agency"], name="one_chair"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.agency}".strip()

    @property
    def title(self) -> str:
        return TITLES[Role(self.role)]


class Tenure(RegencyRow):
    """Somebody holds a post for a time; both days are included."""

    class Kind(models.TextChoices):
        """On what ground somebody sits on a chair."""

        DEFINITIVE = "definitif", "Definitif"
        ACTING = "plt", "Pelaksana tugas (Plt.)"
        DAILY = "plh", "Pelaksana harian (Plh.)"
        DEPUTY = "wakil", "Wakil yang ditunjuk"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tenures")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tenures")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DEFINITIVE)
    basis = models.CharField(max_length=150, blank=True)
    """Number and date of the letter that appoints."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it was ended before its day; the holder's logins ended then."""

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="tenure_dates"
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(kind="definitif", valid_to__isnull=True, ended_at__isnull=True),
                name="one_definitive_holder",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on a day."""
        return (
            self.ended_at is None
            and self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
        )


class Once(RegencyRow):
    """A form that was sent: sent again (a double click, a reload), it leads to the same place and does nothing."""

    key = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    location = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="once_a_form")]


class Invitation(RegencyRow):
    """A link by which somebody sets their password once. Only its hash is kept; it opens no post."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    """When a newer link took its place, or the account was closed."""

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "user"],
                condition=Q(used_at__isnull=True, replaced_at__isnull=True),
                name="one_open_invitation",
            ),
        ]


class Guess(models.Model):
    """A place for a guess at a secret, and when it was taken last (`throttle.py`)."""

    key = models.CharField(max_length=60)
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "place"], name="one_guess_a_place")]
