"""The pages of Microsoft's side that a person sees while signing in."""

from collections.abc import Mapping

from markupsafe import Markup

from sandbox.microsoft import scopes
from sandbox.microsoft.world import Person
from sandbox.page.shell import card
from sandbox.page.shell import page as shell

_BADGE = Markup('<span class="badge outlook">Microsoft (simulated)</span>')


def page(person: Person, wanted: frozenset[str], sent: Mapping[str, str]) -> str:
    """Who signs in, what is asked for, Accept and Cancel. The request travels along in hidden fields."""
    permissions = Markup("").join(
        Markup("<li>{}</li>").format(scopes.MEANINGS[scope])
        for scope in sorted(wanted)
        if scope in scopes.MEANINGS
    )
    content = Markup(
        """{badge}
<h1>Permissions requested</h1>
<p><strong>{name}</strong><br><span class="quiet">{address}</span></p>
<p>The app would like to:</p>
<ul>{permissions}</ul>
<form class="actions" method="post">{hidden}
<button class="primary" name="decision" value="accept">Accept</button>
<button name="decision" value="cancel">Cancel</button>
</form>"""
    ).format(
        badge=_BADGE, name=person.name, address=person.address, permissions=permissions, hidden=_hidden(sent)
    )
    return shell("Sign in to your account", card(content))


def admin_page(person: Person) -> str:
    content = Markup(
        """{badge}
<h1>Need admin approval</h1>
<p>{address}: this app needs permission that only an admin of your organization can grant.</p>
<p class="quiet">AADSTS90094</p>"""
    ).format(badge=_BADGE, address=person.address)
    return shell("Need admin approval", card(content))


def error_page(message: str) -> str:
    content = Markup("{}<h1>Sorry, but we’re having trouble signing you in.</h1><p>{}</p>").format(
        _BADGE, message
    )
    return shell("Sign in to your account", card(content))


def form_post_page(address: str, fields: Mapping[str, str]) -> str:
    """Sends itself on; the button is for browsers without scripts."""
    content = Markup(
        """<form class="actions" method="post" action="{address}">{hidden}
<button class="primary">Continue</button></form>
<script>document.forms[0].submit()</script>"""
    ).format(address=address, hidden=_hidden(fields))
    return shell("Working…", card(content))


def _hidden(fields: Mapping[str, str]) -> Markup:
    row = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(row.format(name, value) for name, value in fields.items() if name != "decision")
