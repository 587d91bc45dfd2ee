"""Every page of the product, on a phone: no accessibility violation, nothing sticks out, and it works without a script.

The pages are the routes themselves. Each is asked as the first person of the reviewed access table whom it is shown to;
what answers with a file is no page. A route that shows nobody a page has to be named here with its reason.
"""

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

import pytest
from flask import url_for
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page
from werkzeug.routing import Rule

from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.services import start_draft
from lms.hub.roster.services.invitations import send_links
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.messages.compose import write
from lms.messages.letters import LETTERS
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from tests.architecture.subjects import Subjects
from tests.architecture.test_access_matrix import NOBODY, PEOPLE, _expected
from tests.support.browser import NewPage
from tests.support.web import NOW, World
from tests.web.test_life import ACCOMMODATION, consent_to_progress, make_plan
from tests.web.test_life import write as write_change

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(600)]
HTML = "text/html"
DOORS = {  # one run each, so that two processes share them; each builds the rows that the pages are about
    "visitor, student and instructor": ("public", "student", "instructor"),
    "coordinator": ("coordinator",),
    "admin, firm, region and reviewer": ("admin", "employer", "integrator", "reviewer"),
}
MORE_PEOPLE = ("Wim",)  # who looks after a region is not in the table
INSTEAD = {("reviewer.claim", "posting"): "claim"}  # the first posting is a forecast
NO_PAGE = {
    "public.calendar_feed": "a file behind a secret address",
    "public.read_code": "leads on to the student's check-in",
    "public.readyz": "an answer for machines",
    "student.open_content": "leads to the item itself",
    "student.upload_state": "an answer for the script that sends a file",
    "instructor.evidence_file": "a file, where there is one",
}
SECRETS = {"secret", "token"}  # what an address calls them
OPEN = "document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)"  # menus lie over the page
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


class WithoutScript(HTMLParser):
    """What on a page does nothing where scripts do not run. Hidden parts and templates are for scripts alone."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[tuple[str, bool]] = []  # tag, whether it is hidden
        self.form: str | None = None
        self.asking: set[str] = set()  # forms in which something can be entered or chosen
        self.sent: set[str] = set()  # forms that can be sent

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_off = tag == "template" or "hidden" in values or "disabled" in values
        is_hidden = is_off or (bool(self.open) and self.open[-1][1])
        if tag not in VOID:
            self.open.append((tag, is_hidden))
        said = self.get_starttag_text() or tag
        if tag == "form":
            self.form = values.get("id") or f"{self.getpos()}: {said}"
        if is_hidden:
            return
        kind = values.get("type") or ("submit" if tag == "button" else "text")
        form = values.get("form") or self.form
        if tag in ("button", "input") and kind in ("submit", "image"):
            self._send(form, said)
        elif tag == "button":
            self.faults.append(f"only a script could press {said}")
        elif form and tag in ("input", "select", "textarea") and kind != "hidden":
            self.asking.add(form)
        if tag == "a" and values.get("href") in (None, "#"):
            self.faults.append(f"leads nowhere: {said}")
        if any(name.startswith("on") for name in values):
            self.faults.append(f"a script in {said}")
        if {"hx-get", "hx-post", "hx-put", "hx-delete"} & set(values) and tag not in ("form", "a") and not self.form:
            self.faults.append(f"only htmx knows where {said} leads")

    def _send(self, form: str | None, said: str) -> None:
        if form is None:
            self.faults.append(f"sends no form: {said}")
        else:
            self.sent.add(form)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag == "form":
            self.form = None


def faults_without_script(html: str) -> list[str]:
    """One line for each."""
    parser = WithoutScript()
    parser.feed(html)
    return parser.faults + [f"cannot be sent: {form}" for form in sorted(parser.asking - parser.sent)]


class Pages:
    """The pages behind some doors with who may see each, as test clients of a lively world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.subjects = Subjects(world)
        self.subjects.make_all()
        consent_to_progress(world)
        make_plan(world)
        write_change(world, "accommodation", **ACCOMMODATION)
        with transaction():
            program = world.one(Program)
            of = {"person_id": world.person("Hana").id, "place_id": program.id}
            session.add(GrantRow(**of, relation=Relation.REVIEWER, from_day=NOW.date()))
            draft = start_draft(world.actor("Gus"), program, curriculum_of(world.all(ProgramVersion)[0]))
            send_links([world.person("Zoe")], "invite", {"program": program.name})
        self.others = {"version_id": draft.public_id, "message": world.all(OutboxMessage)[-1].public_id}
        self.letters = _addresses_in_letters(world)
        self.browsers: dict[str, FlaskClient] = {NOBODY: world.visitor()}

    def browser(self, name: str) -> FlaskClient:
        if name not in self.browsers:
            self.browsers[name] = self.world.browser_of(name)
        return self.browsers[name]

    def of(self, doors: Sequence[str]) -> Iterator[tuple[str, str, str, str]]:
        """Endpoint, address, who, and the HTML; endpoints that show nobody a page have no who."""
        table = _expected()
        for rule in sorted(self.world.app.url_map.iter_rules(), key=lambda one: one.rule):
            door = rule.endpoint.partition(".")[0]
            if door not in doors or "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGE:
                continue
            row = table["GET", rule.rule]
            names = [name for name in (*PEOPLE, NOBODY) if row[name] == "ok"] or [*PEOPLE, *MORE_PEOPLE]
            if rule.endpoint in self.letters:
                names = [NOBODY]
            for path in self._paths(rule):
                yield rule.endpoint, path, *self._seen(path, names)

    def _paths(self, rule: Rule) -> list[str]:
        """The address with Ada's rows in it, or from a letter; and with the draft, where it is about a version."""
        if rule.endpoint in self.letters:
            return [self.letters[rule.endpoint]]
        names = sorted(rule.arguments)
        values = {name: self.subjects.value(rule.endpoint, INSTEAD.get((rule.endpoint, name), name)) for name in names}
        more = {name: other for name, other in self.others.items() if name in values}
        with self.world.app.test_request_context():
            if "message" in values:  # only the demo shows letters, and the subjects know none
                return [url_for(rule.endpoint, **more)]
            return list(dict.fromkeys([url_for(rule.endpoint, **values), url_for(rule.endpoint, **{**values, **more})]))

    def _seen(self, path: str, names: Sequence[str]) -> tuple[str, str]:
        for name in names:
            answer = self.browser(name).get(path)
            if answer.status_code == 200:
                return name, answer.text if answer.mimetype == HTML else ""
        return "", ""


def _addresses_in_letters(world: World) -> dict[str, str]:
    """Where letters lead that went to the cast, by endpoint: links with a secret stand nowhere else."""
    public_url = world.app.config["LMS"].public_url
    routes = world.app.url_map.bind("")
    found = {}
    with transaction(write=False):
        for message in world.all(OutboxMessage):
            if message.template in LETTERS and message.values and message.person_id:
                text = write(message, world.one(Person, id=message.person_id), public_url).text
                for path in re.findall(re.escape(public_url) + r"(/\S+)", text):
                    if routes.test(path, "GET"):
                        rule, values = routes.match(path, "GET", return_rule=True)
                        if set(values) & SECRETS:
                            found |= {
                                more.endpoint: routes.build(more.endpoint, values) for more in _below(world, rule)
                            }
    return found


def _below(world: World, rule: Rule) -> list[Rule]:
    """The rule itself, and where its page leads with the same secret."""
    rules = [one for one in world.app.url_map.iter_rules() if "GET" in (one.methods or ())]
    return [
        one
        for one in rules
        if one.arguments == rule.arguments and (one.rule == rule.rule or one.rule.startswith(f"{rule.rule}/"))
    ]


def _as(context: BrowserContext, url: str, client: FlaskClient) -> None:
    """The real browser takes over the session of a test client."""
    context.clear_cookies()
    cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    if cookie is not None:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("doors", DOORS.values(), ids=DOORS)
def test_every_page_is_usable_on_a_phone_and_without_a_script(
    world: World,
    new_page: NewPage,
    check_page: object,
    live_url: str,
    monkeypatch: pytest.MonkeyPatch,
    doors: Sequence[str],
) -> None:
    settings = world.app.config["LMS"]
    monkeypatch.setitem(world.app.config, "LMS", settings.model_copy(update={"demo": True}))  # it has pages of its own
    pages, wrong, nobody = Pages(world), [], []
    page, signed_in = new_page(), NOBODY
    for endpoint, path, name, html in pages.of(doors):
        if not name:
            nobody.append(f"{endpoint} {path}")
        if not html:
            continue
        wrong += [f"{endpoint} without a script: {fault}" for fault in faults_without_script(html)]
        if name != signed_in:
            _as(page.context, live_url, pages.browser(name))
            signed_in = name
        wrong += _shown(page, path, check_page, endpoint)
    assert not wrong, "\n".join(wrong)
    assert not nobody, "shown to nobody:\n" + "\n".join(nobody)


def _shown(page: Page, path: str, check_page: object, endpoint: str) -> list[str]:
    answer = page.goto(path)
    if answer is None or answer.status != 200 or not page.url.endswith(path):
        return [f"{endpoint} {path}: {answer and answer.status} at {page.url}"]
    page.evaluate(OPEN)
    try:
        check_page(page)  # type: ignore[operator]
    except AssertionError as broken:
        return [f"{endpoint} {broken}"]
    return []
