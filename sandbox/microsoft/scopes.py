"""The permissions that the simulated app may ask for."""

from sandbox.microsoft.grants import OAuthError

RESERVED = frozenset({"openid", "profile", "email", "offline_access"})
RESOURCE = frozenset({"Calendars.Read", "Calendars.ReadWrite", "MailboxSettings.Read", "User.Read"})
MEANINGS = {
    "Calendars.ReadWrite": "Have full access to your calendars",
    "Calendars.Read": "Read your calendars",
    "MailboxSettings.Read": "Read your mailbox settings",
    "User.Read": "Sign you in and read your profile",
    "offline_access": "Maintain access to data you have given it access to",
}


def parse(text: str) -> frozenset[str]:
    """Short names. Graph's own may be prefixed with its root, reserved ones never. Raises OAuthError."""
    names = set()
    for word in text.split():
        prefix, _, name = word.rpartition("/")
        is_known = name in RESOURCE and (not prefix or prefix.startswith("https://"))
        if not is_known and word not in RESERVED:
            raise OAuthError("invalid_scope", 70011, f"The provided value for scope {word} is not valid.")
        names.add(name)
    return frozenset(names)


def printed(scopes: frozenset[str]) -> str:
    """As a token response names them: `offline_access` is not echoed."""
    return " ".join(sorted(scopes - {"offline_access"}))
