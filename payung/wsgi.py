"""The site as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.settings")
application = get_wsgi_application()
# All pages' code is loaded here, a third of a second that would else be waited for by whoever comes first.
assert get_resolver().url_patterns
