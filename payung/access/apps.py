"""What is switched on when the office starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    """Lets the ledger hear of sign-ins, and every step say what waits for a chair (`queues.py`)."""

    name = "payung.access"

    def ready(self) -> None:
        """Connect what listens."""
        from allauth.mfa.models import Authenticator

        from payung.access import factors, recording
        from payung.vault.rotation_json import sealed_in_json

        assert recording
        sealed_in_json(Authenticator, "data", factors.SEALED_FOR)
        autodiscover_modules("queues")
