"""Keys are names that Kubernetes takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.names import check_key, is_key
from governance.refusals import Invalid


@pytest.mark.parametrize("good", ["a", "new-checkout", "7up", "a" * 50])
def test_check_key__good_name__returned(good: str) -> None:
    assert check_key(good) == good


@pytest.mark.parametrize(
    "bad", ["", "New", "new_checkout", "-a", "a-", "a.b", "a b", "é", "a" * 51, "a\n", None, 7]
)
def test_check_key__refused_by_kubernetes__names_the_field(bad: object) -> None:
    with pytest.raises(Invalid) as refused:
        check_key(bad, "service")
    assert list(refused.value.errors) == ["service"]


@given(st.text())
def test_is_key__any_text__only_ascii_labels_pass(text: str) -> None:
    if is_key(text):
        assert text.isascii()
        assert text == text.lower()
        assert text.strip("-") == text
