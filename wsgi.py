"""For gunicorn and `flask`: the application with the settings of the environment."""

import gc

gc.disable()  # all that is loaded stays; to look through it again and again is a sixth of the start

from lms.app import create_app  # noqa: E402

app = create_app()
gc.enable()
