"""The one address that an RT opens without signing in."""

from django.urls import path

from payung.screening.question_views import question

urlpatterns = [path("<str:token>", question, name="question")]
