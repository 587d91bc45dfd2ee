"""The links around a page: the rail, the bottom bar of the phone, and the way to the person's other portals.

They depend on what relations a person has (not over what), the portal, the page and the language, and on nothing that
is stored; so each is made once and kept as HTML.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from lms.guard import access_of, actor_or_none
from lms.kernel import speak
from lms.kernel.speak import LANGUAGES
from lms.people.access import Action, Actor, Grant, Relation, may_at_all
from lms.web.addresses import address
from lms.web.language import reader_language
from lms.web.shell import Place, Portal, has_page, portals_of
from lms.web.templating import templates_in

FIRST_PLACES = 4  # on the phone's bottom bar; the rest stand behind "More"


@dataclass(frozen=True, slots=True)
class Link:
    """A place as a page shows it."""

    url: str
    label: str
    icon: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """What stands around one page, as HTML.

    own: links to the person's other portals and own pages. languages: the buttons to change to another one. leave: the
    button to sign out. bottom: the bar of the phone, and what is asked before signing out.
    """

    brand: Markup
    rail: Markup
    bottom: Markup
    own: Markup
    languages: Markup
    leave: Markup


class Offer:
    """What the navigation offers around the pages of one portal to whoever holds the same relations."""

    def __init__(self, mine: list[Portal], here: Portal | None, places: list[Place], language: str) -> None:
        self.language = language
        self.places = [(place, _address(place)) for place in places]
        self.under = [(url, _all_below(place, url)) for place, url in self.places]
        self.others = [self._link(portal.places[0], portal) for portal in mine if portal is not here]
        self.bars: dict[tuple[str, ...], Bars] = {}

    def on(self, path: str) -> Bars:
        """The bars of the page at `path`."""
        current = tuple(url for url, below in self.under if url == path or path.startswith(below))
        if current not in self.bars:
            self.bars[current] = self._bars(current)
        return self.bars[current]

    def _bars(self, current: tuple[str, ...]) -> Bars:
        links = [self._link(place, place, url in current) for place, url in self.places]
        many = len(links) > FIRST_PLACES + 1
        first, rest = (links[:FIRST_PLACES], links[FIRST_PLACES:]) if many else (links, [])
        drawn: Any = templates_in(self.language).get_template("ui/navigation.html").module
        other_languages = [(code, name) for code, name in LANGUAGES.items() if code != self.language]
        return Bars(
            brand=drawn.brand(),
            rail=drawn.rail(links),
            bottom=drawn.bottom(first, rest),
            own=drawn.own(self.others),
            languages=drawn.languages(other_languages),
            leave=drawn.leave(),
        )

    def _link(self, place: Place, shown: Place | Portal, is_current: bool = False) -> Link:
        label = speak.catalog(self.language).gettext(shown.label)
        return Link(_address(place), label, shown.icon, is_current)


def navigation() -> Bars:
    """Those around the page in hand: of its portal, or of the person's first one on pages of no portal."""
    actor = actor_or_none()
    relations = frozenset(grant.relation for grant in actor.grants) if actor else frozenset()
    scopes = actor.scopes if actor else None
    offer: Callable[..., Offer] = current_app.extensions["lms_offers"]
    return offer(relations, scopes, request.blueprint, reader_language(), request.root_path).on(request.path)


def _offer(
    relations: frozenset[Relation], scopes: frozenset[Action] | None, blueprint: str, language: str, _root_path: str
) -> Offer:
    anybody = Actor(None, frozenset(Grant(relation) for relation in relations), scopes=scopes)
    mine = portals_of(anybody)
    here = next((portal for portal in mine if portal.name == blueprint), mine[0] if mine else None)
    return Offer(mine, here, [place for place in here.places if _opens(anybody, place)] if here else [], language)


def _opens(actor: Actor, place: Place) -> bool:
    """Whether the product has that page and `actor` may open it: a supervisor is not led to the firm's money."""
    if not has_page(place.endpoint):
        return False
    action = access_of(current_app, place.endpoint).action
    return action is None or may_at_all(actor, action)


def _address(place: Place) -> str:
    return address(place.endpoint)


def _all_below(place: Place, url: str) -> str | tuple[()]:
    """What the address of a page begins with that belongs to `place` though it is not that page."""
    return () if place.endpoint.endswith(".home") else url.rstrip("/") + "/"


def install(app: Flask) -> None:
    """Give templates `navigation()`."""
    app.extensions["lms_offers"] = lru_cache(maxsize=512)(_offer)
    app.jinja_env.globals["navigation"] = navigation
