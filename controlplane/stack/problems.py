"""What can keep the stack from starting, as one sentence for a person."""


class Problem(Exception):
    """The text says what is wrong and what to do; `up` prints it and ends with exit code 1."""
