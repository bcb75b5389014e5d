"""Names where a passer-by may read along: in mails, calendars and group chats (privacy notes §11)."""


def masked(name: str) -> str:
    """The first character and two stars, whatever the length: 沈砚舟 and 沈一 both become 沈**."""
    return f"{name[:1]}**" if name else ""
