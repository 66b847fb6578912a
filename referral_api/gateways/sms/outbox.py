"""Keeps what was sent, for tests. No setting of the environment leads here."""

from referral_api.gateways.sms.message import SmsMessage


class SmsOutbox:
    """`failure` is raised instead of sending."""

    def __init__(self) -> None:
        self.messages: list[SmsMessage] = []
        self.failure: Exception | None = None

    async def send(self, message: SmsMessage) -> None:
        if self.failure:
            raise self.failure
        self.messages.append(message)

    def codes(self, phone: str) -> list[str]:
        return [message.code for message in self.messages if message.phone == phone]

    def last_code(self, phone: str) -> str:
        return self.codes(phone)[-1]

    def clear(self) -> None:
        self.messages.clear()
        self.failure = None


outbox = SmsOutbox()
