"""The installation's settings: `payung.toml` in the installation's folder, and `PAYUNG_…` of the environment over it.

`docs/settings.md` explains every one. The folder is `PAYUNG_HOME`, or `payung-kantor` where the command is started.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from payung.core.errors import Exit, PayungError

FILE = "payung.toml"
DEFAULT_HOME = "payung-kantor"


class Site(BaseModel):
    """How the site is reached."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = "127.0.0.1"
    """Where the server listens; loopback unless a reverse proxy stands on another machine."""
    port: int = Field(default=8000, ge=1, le=65535)
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    """Names under which browsers may ask for it."""
    https: bool = False
    """Whether browsers reach it by https (through a reverse proxy): cookies are then sent by https only."""
    timezone: str = "Asia/Makassar"
    threads: int = Field(default=4, ge=1, le=64)

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise ValueError(f"zona waktu {name} tidak dikenal") from None
        return name


class Database(BaseModel):
    """Where the data stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = ""
    """`postgresql://payung_app:…@host/name`, as the app's role; empty for SQLite in the installation's folder."""
    backup_url: str = ""
    """The same database as the role that may read everything and change nothing; only backups use it."""


class Folders(BaseModel):
    """Folders below the installation's folder, or absolute."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: str = "kunci"
    uploads: str = "unggahan"
    workspace: str = "kerja"
    backups: str = "cadangan"
    witness: str = "saksi"
    """Signed heads of the audit ledger, to be given to witnesses outside."""
    roots: str = "akar"
    """Root certificates (PEM) of those whose electronic signatures are believed."""


class Limits(BaseModel):
    """What an upload may be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upload_mb: int = Field(default=50, ge=1, le=2000)
    files_in_zip: int = Field(default=2000, ge=1)


class Work(BaseModel):
    """The background worker."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lease_seconds: int = Field(default=60, ge=2)
    """How long a job that tells nothing is believed to be alive."""
    memory: str = "1GB"
    """What the screening's engine may use."""
    threads: int | None = None


class Logs(BaseModel):
    """What the server and the worker tell on standard error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Literal["lines", "json"] = "lines"
    level: Literal["debug", "info", "warning", "error"] = "info"
    access: bool = True
    """A line per request, without its query string."""


class Config(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="PAYUNG_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    home: Path = Path(DEFAULT_HOME)
    language: Literal["id", "en"] = "id"
    site: Site = Site()
    database: Database = Database()
    folders: Folders = Folders()
    limits: Limits = Limits()
    work: Work = Work()
    logs: Logs = Logs()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, home() / FILE),
        )

    def folder(self, name: str) -> Path:
        """A configured folder (`keys`, `uploads`, …) as an absolute path; it need not exist."""
        return (self.home / str(getattr(self.folders, name))).absolute()


def home() -> Path:
    """The installation's folder, absolute; it need not exist."""
    return Path(os.environ.get("PAYUNG_HOME") or DEFAULT_HOME).absolute()


@cache
def load() -> Config:
    """The settings in force. PayungError (USAGE) names each that is wrong."""
    try:
        return Config(home=home())
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise PayungError(
            f"Pengaturan salah: {wrong}.", todo=f"Perbaiki {home() / FILE}.", exit_code=Exit.USAGE
        ) from None
    except ValueError as error:
        raise PayungError(
            f"{home() / FILE} tidak terbaca: {error}.",
            todo="Perbaiki penulisannya (TOML).",
            exit_code=Exit.USAGE,
        ) from None
