"""What people call the kinds of sites and the state of their authorization."""

from lms.kernel.text import N_
from lms.people.orgs.models import SiteKind

KINDS = {
    SiteKind.COLLEGE: N_("College"),
    SiteKind.UNIVERSITY: N_("University"),
    SiteKind.HUB: N_("Innovation hub"),
    SiteKind.ONLINE: N_("Online"),
}
AUTHORIZATION = {
    "open": (N_("authorized"), "good"),
    "ahead": (N_("not yet authorized"), "warn"),
    "over": (N_("authorization is over"), "bad"),
}
