"""Progress reviews in this portal."""

from lms.web.coordinator import bp
from lms.web.reviews.reading import add_overview, add_reading
from lms.web.reviews.writing import add_writing

add_overview(bp)
add_reading(bp)
add_writing(bp)
