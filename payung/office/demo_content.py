"""What the demo's office finds on its desk: the registers of the demo regency, received by the verifier."""

from __future__ import annotations

from payung.access.models import Tenure
from payung.core.scope import Scope, acting_in
from payung.demo.livelihoods import AS_OF
from payung.demo.run import Demo
from payung.job.progress import Tell
from payung.registry.register_services import receive_register

REGENCY = "64.01"
VERIFIER = "budi"


def demo_content(demo: Demo, tell: Tell) -> None:
    """Hand the demo's files in, as people would; the worker reads them as soon as it runs."""
    with acting_in(_scope_of(VERIFIER)):
        for number, (name, path) in enumerate(demo.made.registers.items(), start=1):
            tell("menyerahkan register contoh", number, len(demo.made.registers))
            with path.open("rb") as file:
                receive_register(name, file, path.name, AS_OF)


def _scope_of(username: str) -> Scope:
    """The scope in which somebody of the cast works."""
    with acting_in(Scope(REGENCY)):
        tenure = Tenure.objects.select_related("post", "user").get(user__username=username)
    return Scope(REGENCY, (tenure.post.territory,), tenure.user_id, tenure.post.role, tenure.post_id)
