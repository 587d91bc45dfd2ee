"""Screenshots of the demo into docs/screenshots: the pages of each role on a phone and on a desktop, and the README's.

Needs the data of `./dev demo --no-serve`. Another folder than docs/screenshots may be named, to look at every page.
"""

import os
import sys
from pathlib import Path
from socket import socket
from threading import Thread

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from lms.app import create_app
from lms.config import Settings
from lms.sample.player import PASSWORD

PAGES = {
    "ada": ("/student/", "/student/hours", "/student/coursework", "/student/grades", "/student/capstone",
            "/student/spoke", "/student/consents", "/student/calendar", "/student/attendance", "/student/enrollment",
            "/student/prior-learning", "/student/progress", "/student/competencies", "/student/content"),
    "ben": ("/instructor/", "/instructor/approvals", "/instructor/grading", "/instructor/gradebook",
            "/instructor/sessions", "/instructor/competencies", "/instructor/safety", "/instructor/arrangements",
            "/instructor/calendar"),
    "cleo": ("/coordinator/", "/coordinator/board", "/coordinator/spokes", "/coordinator/spokes/drafts",
             "/coordinator/roster", "/coordinator/invitations", "/coordinator/applications", "/coordinator/seats",
             "/coordinator/calendar", "/coordinator/cohorts", "/coordinator/attendance", "/coordinator/requirements",
             "/coordinator/credits", "/coordinator/completion", "/coordinator/enrollments", "/coordinator/mentors",
             "/coordinator/left", "/coordinator/reports/hours"),
    "dee": ("/employer/", "/employer/projects", "/employer/employees", "/employer/waiting", "/employer/seats",
            "/employer/topics", "/employer/people", "/employer/spoke-needs", "/employer/calendar"),
    "finn": ("/employer/", "/employer/savings", "/employer/rates"),
    "sam": ("/employer/", "/employer/approvals"),
    "rhea": ("/reviewer/",),
    "gus": ("/admin/", "/admin/people", "/admin/audit", "/admin/curriculum", "/admin/frameworks", "/admin/sites",
            "/admin/topics", "/admin/appointments"),
}  # fmt: skip
WIDTHS = (360, 1280)
README = (("ada", "/student/", 360), ("dee", "/employer/", 1280))
HEIGHT = 800


def main(folder: Path) -> None:
    """Serve the demo's data on a free port and take every picture."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(Settings(demo=True, scheduler=False, public_url=f"http://127.0.0.1:{port}"))
    server = make_server("127.0.0.1", port, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # root may not use the sandbox
        browser = playwright.chromium.launch(executable_path=os.environ["LMS_TEST_BROWSER"], args=sandbox)
        for name, paths in PAGES.items():
            for width in WIDTHS:
                _shoot(browser, f"http://127.0.0.1:{port}", name, paths, width, folder)
        browser.close()
    server.shutdown()
    _join(folder)


def _shoot(browser: Browser, base: str, name: str, paths: tuple[str, ...], width: int, folder: Path) -> None:
    context = browser.new_context(base_url=base, viewport={"width": width, "height": HEIGHT})
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    for path in paths:
        answer = page.goto(path)
        print(width, name, path, answer.status if answer else "", file=sys.stderr)
        page.screenshot(path=folder / _file(name, path, width), full_page=(name, path, width) not in README)
    context.close()


def _file(name: str, path: str, width: int) -> str:
    return f"{name}-{path.strip('/').replace('/', '-')}-{width}.png"


def _join(folder: Path) -> None:
    """The README's picture: the phone beside the desktop."""
    phone, desk = (Image.open(folder / _file(*shot)) for shot in README)
    joined = Image.new("RGB", (phone.width + desk.width + 24, HEIGHT), "white")
    joined.paste(phone, (0, 0))
    joined.paste(desk, (phone.width + 24, 0))
    joined.save(folder / "readme.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/screenshots"))
