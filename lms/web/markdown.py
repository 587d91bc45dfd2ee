"""Briefs and comments: Markdown as safe HTML. No raw HTML, no pictures from elsewhere, nothing that acts."""

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "code", "pre", "blockquote", "h2", "h3", "h4", "a", "hr", "table",
        "thead", "tbody", "tr", "th", "td"}  # fmt: skip


@cache
def load() -> "MarkdownIt":
    """What reads Markdown: with nh3 3 MB that only some pages need, so call it before a page of theirs may write."""
    import nh3  # noqa: F401
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def as_html(text: str) -> Markup:
    """`text` as HTML for a page; headings start at level 2, since the page has its own level 1."""
    import nh3

    html = load().render(text.replace("\r\n", "\n")).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "mailto"})
    return Markup(clean)  # noqa: S704 - cleaned on the line above
