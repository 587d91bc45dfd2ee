"""What is loaded of the DOE Industrial Assessment Centers database: files, totals, bands."""

from flask import Response

from lms.capstone.reference.queries import list_bands, list_files, status_totals
from lms.guard import requires
from lms.people.access import Action
from lms.web.admin import bp
from lms.web.pages import page
from lms.web.savings.reference import band_name
from lms.web.savings.words import named


@bp.get("/reference-data")
@requires(Action.REFERENCE_READ)
def reference() -> Response:
    bands = [(band, band_name(band)) for band in list_bands()]
    return page("admin/reference.html", files=list_files(), totals=status_totals(), bands=bands, named=named)
