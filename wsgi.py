"""What gunicorn and `flask` serve."""

from lms.app import create_app

app = create_app()
