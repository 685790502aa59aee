"""What Unleash has no words for."""


class Unsayable(Exception):
    """The text says what it is; from the rule that has it on, nobody gets the feature."""
