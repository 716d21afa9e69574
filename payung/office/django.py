"""Django, started once for commands that need it."""

from __future__ import annotations

import os


def start() -> None:
    """Set Django up with `payung.settings`; doing it again changes nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.settings")
    import django

    django.setup()
