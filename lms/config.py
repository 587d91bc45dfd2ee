"""Every knob, once: its name, default, unit and what it changes. Read from LMS_* and `.env`, checked at boot."""

import os
from pathlib import Path
from typing import Any, Self
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url


class Settings(BaseSettings):
    """The product's settings; an unknown LMS_* name or a bad value stops the start and is named."""

    model_config = SettingsConfigDict(env_prefix="LMS_", env_file=".env", extra="forbid", frozen=True)

    database_url: str = Field(default="", description="Database; empty: SQLite in the data folder.")
    data_dir: Path = Field(default=Path("var"), description="Folder for the SQLite file, uploads and generated keys.")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Address in mails and links; Host must match.")
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="Signs cookies; empty: made once in the data folder."
    )
    secret_key_fallbacks: list[SecretStr] = Field(default=[], description="Earlier secret keys, still accepted.")
    chain_key: SecretStr = Field(default=SecretStr(""), description="Key of the fact chains; empty: made once there.")
    time_zone: str = Field(
        default="America/New_York", description="The program's zone: which day it is for permission."
    )
    storage_url: str = Field(default="", description="Files: empty for the data folder, or s3://bucket/prefix.")
    storage_endpoint: str = Field(default="", description="Address of an S3-compatible service other than Amazon's.")
    storage_region: str = Field(default="us-east-1", description="Region of the bucket.")
    storage_key: str = Field(default="", description="Access key id of the storage service.")
    storage_secret: SecretStr = Field(default=SecretStr(""), description="Secret access key of the storage service.")
    pg_bin: str = Field(default="", description="Folder of pg_dump and pg_restore; empty: found by PATH.")
    smtp_url: str = Field(default="", description="smtp://user:password@host:port; empty: mail stays in the outbox.")
    mail_from: str = Field(default="no-reply@localhost", description="Sender of every mail.")
    proxy_hops: int = Field(default=0, ge=0, le=5, description="Reverse proxies in front whose headers are believed.")
    max_upload_mb: int = Field(default=100, ge=1, le=2000, description="Largest file a student may attach, in MiB.")
    demo: bool = Field(default=False, description="Demo: readable mail at /dev/mail, sample notice on pages.")
    scheduler: bool | None = Field(default=None, description="Run jobs in the web process; empty: only on SQLite.")
    retention: str = Field(
        default="", description="Years that records are kept after exit, such as hours=7, grades=10; empty: 5 and 10."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token for /metrics; empty: loopback only."
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("not an IANA time zone, such as America/New_York")
        return zone

    @field_validator("retention")
    @classmethod
    def _known_classes(cls, text: str) -> str:
        from lms.hub.retention.rules import classes
        from lms.kernel.errors import RuleBroken

        try:
            classes(text)
        except RuleBroken as broken:
            raise ValueError(str(broken.sentence)) from broken
        return text

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_names(cls, values: Any) -> Any:
        known = {f"LMS_{name.upper()}" for name in cls.model_fields} | TOOL_NAMES
        unknown = sorted(name for name in os.environ if name.startswith("LMS_") and name not in known)
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(unknown)}")
        return values

    @model_validator(mode="after")
    def _known_engine(self) -> Self:
        if make_url(self.url).get_backend_name() not in ("sqlite", "postgresql"):
            raise ValueError("LMS_DATABASE_URL: only sqlite:// and postgresql+psycopg:// are supported")
        return self

    @property
    def url(self) -> str:
        """The database's address; PostgreSQL always through psycopg 3."""
        url = self.database_url or f"sqlite:///{(self.data_dir / 'lms.sqlite').absolute()}"
        return url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
            "postgres://", "postgresql+psycopg://", 1
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-process form; see `docs/operate.md`."""
        return make_url(self.url).get_backend_name() == "sqlite"

    @property
    def runs_jobs(self) -> bool:
        """Whether the web process runs the scheduler."""
        return self.is_sqlite if self.scheduler is None else self.scheduler


TOOL_NAMES = {"LMS_TEST_BROWSER", "LMS_TEST_ENGINE"}


def describe_settings() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, in the order in which they stand above."""
    return [
        (f"LMS_{name.upper()}", _default_text(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _default_text(default: object) -> str:
    if isinstance(default, SecretStr) or default is None or default == []:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)
