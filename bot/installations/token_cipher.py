"""`TokenCipher`: tokens are encrypted before they reach the database (Fernet)."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import BotError, SettingsError

KEYS = "BRIEFING_BOT_TOKEN_KEYS"
NO_KEY = (
    f"{KEYS} is not set: the tokens of workspaces that install the app are kept "
    "encrypted. Make a key with `briefing-bot token-key`, and keep it where your "
    "other secrets are."
)


class UnreadableToken(BotError):
    """A stored token was encrypted with none of the keys that are set."""

    def __init__(self) -> None:
        super().__init__(
            f"It was encrypted with a key that no longer stands in {KEYS}. Put that "
            "key back at the end of the list, or install the app again."
        )


class TokenCipher:
    """Encrypts with the first key, and reads what any of the keys encrypted.

    Without keys, as where the environment's token is the only one, it does neither. To
    exchange a key without a stop, set the new one at the end of every process's list,
    then at its beginning; take the old one out when all is encrypted anew.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Raise `SettingsError` where one is no key."""
        fernets = []
        for number, key in enumerate(keys, 1):
            try:
                fernets.append(Fernet(key))
            except ValueError as exc:
                raise SettingsError(
                    f"Key {number} in {KEYS} is no key: it has 44 characters, as "
                    "`briefing-bot token-key` prints them; several stand apart by a "
                    "comma."
                ) from exc
        self._newest = fernets[0] if fernets else None
        self._all = MultiFernet(fernets) if fernets else None

    def encrypt(self, token: str) -> str:
        """Return what may be stored; raise `SettingsError` without a key."""
        if self._all is None:
            raise SettingsError(NO_KEY)
        return self._all.encrypt(token.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """Return the token; raise `UnreadableToken` where no key fits."""
        if self._all is None:
            raise UnreadableToken
        try:
            return self._all.decrypt(stored).decode()
        except InvalidToken as exc:
            raise UnreadableToken from exc

    def is_current(self, stored: str) -> bool:
        """Say whether the first key encrypted it: then the others may go."""
        if self._newest is None:
            return False
        try:
            self._newest.decrypt(stored)
        except InvalidToken:
            return False
        return True


def new_key() -> str:
    return Fernet.generate_key().decode()
