"""Names for people, such as a team's."""

from governance.refusals import Invalid

LONGEST = 200


def check_title(text: object, field: str = "name") -> None:
    """Raise Invalid for a name that is too long to keep."""
    if isinstance(text, str) and len(text) > LONGEST:
        raise Invalid(**{field: f"A name has at most {LONGEST} characters."})
