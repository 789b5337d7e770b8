"""The frame around every page of the sandbox, so that both services' sign-in pages are of one family."""

from pathlib import Path

from markupsafe import Markup, escape

_STYLE = Markup(Path(__file__).with_name("style.css").read_text("utf-8"))  # noqa: S704  # our own file

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
""")

_CARD = Markup("""<main class="card">
{content}
</main>
<p class="footer">A simulated service on your own computer. Nothing here reaches the internet.</p>""")


def page(title: str, body_html: Markup) -> str:
    """A whole HTML document. `title` is escaped; `body_html` has been made safe by the caller."""
    return str(_PAGE.format(title=escape(title), style=_STYLE, body=body_html))


def card(content: Markup) -> Markup:
    """The body of a small page (sign in, consent, error): one card in the middle.

    Inside it: `<span class="badge feishu">` or `outlook`, `<h1>`, `<p class="quiet">`, `<ul>`,
    and `<form class="actions">` with `<button class="primary">`.
    """
    return _CARD.format(content=content)
