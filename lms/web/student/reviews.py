"""Progress reviews in this portal."""

from lms.web.reviews.reading import add_list, add_reading, add_signing
from lms.web.student import bp

add_list(bp)
add_reading(bp)
add_signing(bp)
