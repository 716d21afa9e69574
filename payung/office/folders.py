"""The folders and keys of an installation: what must be there before anything else can start."""

from __future__ import annotations

from payung.config import Config, load
from payung.core.errors import cannot_write
from payung.vault.keys import make_keys

FOLDERS = ("uploads", "workspace", "backups", "witness")


def make_folders(config: Config | None = None) -> bool:
    """The installation's folders and keys, each for its owner only; what is there already stays.

    Gives whether the keys are new. PayungError when a folder cannot be made, or holds some of the keys only.
    """
    wanted = config or load()
    folders = [wanted.home, *(wanted.folder(name) for name in FOLDERS)]
    for folder in folders:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(f"Folder {folder}", error) from error
    return make_keys(wanted.folder("keys"))
