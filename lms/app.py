"""The table of contents of the product: settings, database, slices, doors, guard."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from lms import guard
from lms.api import door as api
from lms.cli import migrations, register_commands
from lms.config import Settings
from lms.interop.cli import export_curriculum_command, import_curriculum_command
from lms.kernel import deadline, logs
from lms.kernel.db import db
from lms.kernel.disk import make_folder
from lms.kernel.keys import key_from
from lms.models import MODELS
from lms.people.scope import use_zone
from lms.signin import load_signed_in
from lms.web import addresses, edge, headers, language, navigation, problems, sessions, shell, statics
from lms.web.portals import PORTALS
from lms.web.templating import SpokenEnvironment


class Product(Flask):
    """A Flask application none of whose functions is asynchronous."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Asked of every function around a request: whether it is made for asyncio, which takes longer than most."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Raises on a bad setting and on a view that states no access."""
    settings = settings or Settings()
    here = Path(__file__).parent
    app = Product("lms", root_path=str(here), template_folder="web/templates", static_folder="web/static")
    app.jinja_environment = SpokenEnvironment
    configure(app, settings)
    logs.set_up(for_people=settings.demo)
    app.before_request(_name_request)
    edge.install(app, settings)
    db.init_app(app)
    migrations.install(app)
    sign_in(app)
    csrf = CSRFProtect(app)
    sessions.install(app)
    language.install(app)
    shell.install(app)
    navigation.install(app)
    statics.install(app)
    headers.install(app)
    problems.install(app)
    addresses.install(app)
    for portal in PORTALS:
        app.register_blueprint(portal)
    api.install(app, csrf)
    register_commands(app)
    app.cli.add_command(import_curriculum_command)
    app.cli.add_command(export_curriculum_command)
    app.extensions["lms_factory"] = create_app
    guard.install(app)
    addresses.settle(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """From our settings to Flask's."""
    use_zone(settings.time_zone)
    app.config.update(
        LMS=settings,
        LMS_CHAIN_KEY=key_from(settings.chain_key.get_secret_value(), settings.data_dir, "chain.key"),
        SECRET_KEY=key_from(settings.secret_key.get_secret_value(), settings.data_dir, "secret.key"),
        SECRET_KEY_FALLBACKS=[key.get_secret_value() for key in settings.secret_key_fallbacks],
        SQLALCHEMY_DATABASE_URI=settings.url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024 + 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-lms" if settings.public_url.startswith("https") else "lms",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https"),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
    )


def engine_options(settings: Settings) -> dict[str, object]:
    """How to connect: SQLite through the newer library that the wheel carries; PostgreSQL with limits on waiting."""
    if settings.is_sqlite:
        if not settings.data_dir.is_dir():
            make_folder(settings.data_dir)
        from pysqlite3 import dbapi2

        return {"module": dbapi2, "connect_args": {"check_same_thread": False}, "pool_use_lifo": True}
    limits = " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in deadline.SECONDS_OF_POSTGRESQL.items())
    # Where the other side is gone without a word, the line is given up; whether a kept one still works is asked by
    # lms.kernel.deadline.
    patience = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "tcp_user_timeout": 8000}
    return {"connect_args": {"options": limits, **patience}}


def sign_in(app: Flask) -> None:
    """Flask-Login reads our session row on each request."""
    manager = LoginManager(app)
    manager.session_protection = ""  # our own session row is the protection; phones change networks
    manager._session_identifier_generator = _no_mark_of_the_browser
    manager.user_loader(load_signed_in)


def _no_mark_of_the_browser() -> str:
    """In place of a hash of address and browser, made with every request and kept in the cookie: nobody looks at it."""
    return ""


def _name_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if given.isalnum() and len(given) <= 40 else secrets.token_hex(8)


__all__ = ["MODELS", "create_app"]
