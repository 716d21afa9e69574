"""The fixed cast of the tests: who they are, where, and what they may do. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who uses Payung, or tries to."""

    id: str
    name: str
    role: str
    """`rt`, `verifier`, `treasurer`, or `guest`."""
    desa_code: str
    """Where they may look; "" for nowhere or, in the regency's offices, for the whole regency."""
    rt: str = ""


BU_SITI = Actor("siti", "Bu Siti", "rt", "64.01.04.2002", "005")
"""Head of RT 005 in Janju, collects the list of her neighbourhood."""

PAK_BUDI = Actor("budi", "Pak Budi", "verifier", "")
"""Verifies at the manpower office, decides reviews."""

BU_RINA = Actor("rina", "Bu Rina", "treasurer", "")
"""Treasurer of the manpower office, watches ceiling and payments."""

TAMU = Actor("tamu", "Tamu", "guest", "")
"""A stranger, who must see nothing."""

CAST = (BU_SITI, PAK_BUDI, BU_RINA, TAMU)
