"""What the step does once when Django starts."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkConfig(AppConfig):
    """Finds every step's `tasks.py`, so that web and worker know the same jobs."""

    name = "payung.work"

    def ready(self) -> None:
        autodiscover_modules("tasks")
