"""What is switched on when the office starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApprovalConfig(AppConfig):
    """Finds every step's `kinds.py`."""

    name = "payung.approval"

    def ready(self) -> None:
        """Let each step say what can be proposed."""
        from payung.approval import post_services

        assert post_services
        autodiscover_modules("kinds")
