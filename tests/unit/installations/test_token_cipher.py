"""Tokens are unreadable where they are stored, and keys can be exchanged."""

import pytest

from bot.errors import SettingsError
from bot.installations.token_cipher import (
    TokenCipher,
    UnreadableToken,
    new_key,
)

OLD, NEW = new_key(), new_key()


def test_a_token_is_read_again_and_does_not_show_where_it_is_stored() -> None:
    """What stands in the database is of no use without the key."""
    cipher = TokenCipher([OLD])

    stored = cipher.encrypt("xoxb-secret")

    assert "secret" not in stored
    assert cipher.decrypt(stored) == "xoxb-secret"


def test_an_exchanged_key_still_reads_what_it_encrypted() -> None:
    """The first key writes, all read; what the first did not write is not current."""
    stored = TokenCipher([OLD]).encrypt("xoxb-secret")

    cipher = TokenCipher([NEW, OLD])

    assert cipher.decrypt(stored) == "xoxb-secret"
    assert not cipher.is_current(stored)
    assert cipher.is_current(cipher.encrypt("xoxb-secret"))


@pytest.mark.parametrize("keys", [[NEW], []])
def test_a_token_of_a_key_that_is_gone_says_what_to_do(keys: list[str]) -> None:
    """Whoever took the old key out too early puts it back."""
    stored = TokenCipher([OLD]).encrypt("xoxb-secret")

    with pytest.raises(UnreadableToken) as told:
        TokenCipher(keys).decrypt(stored)

    assert str(told.value) == (
        "It was encrypted with a key that no longer stands in "
        "BRIEFING_BOT_TOKEN_KEYS. Put that key back at the end of the list, or "
        "install the app again."
    )


def test_what_is_no_key_is_named_by_its_place_and_not_repeated() -> None:
    """It may be a key with a slip in it, and errors are logged."""
    with pytest.raises(SettingsError) as told:
        TokenCipher([OLD, "hunter2"])

    assert str(told.value) == (
        "Key 2 in BRIEFING_BOT_TOKEN_KEYS is no key: it has 44 characters, as "
        "`briefing-bot token-key` prints them; several stand apart by a comma."
    )


def test_without_a_key_nothing_is_stored() -> None:
    """Rather than in clear text."""
    with pytest.raises(SettingsError, match="BRIEFING_BOT_TOKEN_KEYS is not set"):
        TokenCipher([]).encrypt("xoxb-secret")
