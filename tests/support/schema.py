"""What a template database holds: the schema and its guards, and on the layer "cast" the named people.

`tests/test_migrations.py` proves that the migrations make the same schema.
"""

from pathlib import Path

from alembic.config import Config

from lms.app import create_app
from lms.config import Settings
from lms.kernel.db import Base, db, session, transaction
from tests.support import cast

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(url: str) -> Config:
    """The migrations, pointed at the database `url` instead of the running application's."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def build(url: str, layer: str, folder: Path) -> None:
    """Fill the empty database at `url`. folder: for the keys that the application makes."""
    app = create_app(Settings(database_url=url, data_dir=folder / "data", scheduler=False))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        if layer == "cast":
            with transaction():
                cast.build()
        session.remove()
        db.engine.dispose()
