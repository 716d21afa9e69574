"""How forms are rendered."""

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """Django's own."""
