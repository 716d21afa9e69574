"""What a process that only helps another does first."""

from __future__ import annotations

import signal


def begin_helping() -> None:
    """Leave Ctrl-C to the process that is helped, and let it end this one.

    A copy of the background worker would otherwise go on catching SIGTERM as the worker does, and a pool that ends its
    processes by it would wait for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
