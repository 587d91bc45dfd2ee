"""Progress reviews in this portal."""

from lms.web.employer import bp
from lms.web.reviews.reading import add_list, add_reading, add_signing

add_list(bp)
add_reading(bp)
add_signing(bp)
