"""What the step does once when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegistryConfig(AppConfig):
    """Finds every step's `panels.py`: what the step knows of a person, for the person's page."""

    name = "payung.registry"

    def ready(self) -> None:
        autodiscover_modules("panels")
