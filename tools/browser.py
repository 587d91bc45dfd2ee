"""Print the path of a browser that `./dev test` fetched itself; exit 1 if there is none."""

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

VENV = Path(__file__).resolve().parent.parent / ".venv"
UNPACK = "import('@sparticuz/chromium').then(async chromium => console.log(await chromium.default.executablePath()))"


def from_playwright() -> Path | None:
    """The browser of `playwright install`; the headless shell stands in its own folder."""
    with sync_playwright() as playwright:
        full = Path(playwright.chromium.executable_path)
    cache = full.parents[2] if len(full.parents) > 2 else full.parent
    shells = sorted(cache.glob("chromium_headless_shell-*/*/*headless*shell*"))
    return next((path for path in [*reversed(shells), full] if path.is_file() and os.access(path, os.X_OK)), None)


def from_npm() -> Path | None:
    """The browser inside the npm package, which unpacks itself when asked for its path."""
    folder = VENV / "npm"
    if not (folder / "node_modules").is_dir():
        return None
    done = subprocess.run(  # noqa: S603
        ["node", "--input-type=module", "-e", UNPACK],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    path = Path(done.stdout.strip())
    return path if done.returncode == 0 and path.is_file() else None


if __name__ == "__main__":
    found = from_playwright() or from_npm()
    if found is None:
        sys.exit(1)
    sys.stdout.write(f"{found}\n")
