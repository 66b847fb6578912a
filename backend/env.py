"""Every setting of the service, typed and described: the only reader of the environment."""

import re
from datetime import date
from ipaddress import ip_network
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend import development
from backend.database_url import read_database_url
from backend.env_hosts import checked_host, checked_origin
from backend.env_keys import weakness_of
from backend.env_regions import checked_region, checked_regions
from backend.env_sms_alarm import Alarm
from backend.env_sms_text import checked_template
from backend.env_test_phones import read_test_phones
from referral_api.gateways.sms.known_senders import IMITATION, Options, chain_of


class Rate(NamedTuple):
    """`5/18000`: five at once, the whole burst refilled evenly over 18,000 seconds."""

    burst: int
    seconds: int

    @classmethod
    def parse(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        match = re.fullmatch(r"([1-9]\d{0,8})/([1-9]\d{0,8})", text.strip())
        if match is None:
            raise ValueError("is not BURST/SECONDS, such as 5/18000")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.burst}/{self.seconds}"


class Growth(NamedTuple):
    """`10:6,30:8`: from 10 wrong tries on 6 digits, from 30 on 8."""

    steps: tuple[tuple[int, int], ...]

    @classmethod
    def parse(cls, text: object) -> object:
        if not isinstance(text, str):
            return text
        if text.strip() == "off":
            return cls(())
        if not re.fullmatch(r"\d{1,6}:[4-8](,\d{1,6}:[4-8])*", text.strip()):
            raise ValueError("is neither `off` nor WRONG_TRIES:DIGITS by comma, such as 10:6,30:8")
        steps = []
        for step in text.split(","):
            tries, digits = step.split(":")
            steps.append((int(tries), int(digits)))
        return cls(tuple(sorted(steps)))

    def __str__(self) -> str:
        if not self.steps:
            return "off"
        return ",".join(f"{tries}:{digits}" for tries, digits in self.steps)


RateSetting = Annotated[Rate, NoDecode, BeforeValidator(Rate.parse)]
AlarmSetting = Annotated[Alarm | None, NoDecode, BeforeValidator(Alarm.parse)]
GrowthSetting = Annotated[Growth, NoDecode, BeforeValidator(Growth.parse)]
Names = Annotated[tuple[str, ...], NoDecode]  # comma-separated in the environment
# As libphonenumber names them.
KINDS_OF_PHONES = (
    "mobile",
    "fixed_line",
    "voip",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


class Env(BaseSettings):
    """Read once at start. A missing or unsafe value stops it; no other variable is printed."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    DATABASE_URL: SecretStr | None = Field(
        None,
        description=(
            "`postgresql://user:password@host:5432/name`, special characters as %XX; several "
            "hosts by comma; unset: an embedded PostgreSQL in `.postgres/`."
        ),
    )
    SECRET_KEY: SecretStr = Field(
        description="Signs sessions and access tokens; at least 32 random bytes."
    )
    DEBUG: bool = Field(
        False,
        description=(
            "Development only: error pages with source code, codes shown, a published "
            "`SECRET_KEY` and wide limits where you set none."
        ),
    )
    ALLOWED_HOSTS: Names = Field(
        ("localhost", "127.0.0.1", "[::1]"),
        description=(
            "Host names that the service answers to, by comma, without scheme and port; "
            "`.example.com` has its subdomains too."
        ),
    )
    CSRF_TRUSTED_ORIGINS: Names = Field(
        (), description="Origins, with their scheme, whose forms the admin accepts."
    )
    CORS_ALLOWED_ORIGINS: Names = Field(
        (), description="Origins whose pages may call the API; `*` for all."
    )
    OTP_PEPPER: SecretStr | None = Field(
        None,
        description=(
            "Key of the one-time codes, at least 32 bytes; unset: derived from `SECRET_KEY`."
        ),
    )
    OTP_LENGTH: int = Field(4, ge=4, le=8, description="Digits of a one-time code.")
    OTP_TTL_SECONDS: int = Field(
        300, ge=30, le=600, description="Seconds that a code can be used; never extended."
    )
    OTP_RESEND_SECONDS: int = Field(
        60, ge=0, le=600, description="Seconds between two SMS with a code to one phone."
    )
    OTP_TRIES: int = Field(
        3,
        ge=1,
        le=3,
        description=(
            "Wrong codes allowed per `request_id`, and for all callers without one together."
        ),
    )
    OTP_LENGTH_GROWTH: GrowthSetting = Field(
        Growth(((10, 6), (30, 8))),
        description=(
            "Code length by wrong tries in the last 183 days: `10:6,30:8` means 6 digits from 10 "
            "wrong tries, 8 from 30. `off`: always `OTP_LENGTH`."
        ),
    )
    OTP_REQUIRE_REQUEST_ID: bool = Field(
        False,
        description=(
            "Refuse a login without the `request_id` of its code request (OWASP ASVS 6.6.2)."
        ),
    )
    SMS_SENDERS: SecretStr = Field(
        SecretStr(IMITATION),
        description=(
            "Addresses of SMS providers by space, such as `smsru://API_ID`; each is tried after "
            "those before it. docs/sms.md lists them. `imitation:` sends no SMS."
        ),
    )
    SMS_WEBHOOK_SECRET: SecretStr | None = Field(
        None,
        description=(
            "Signs what a sender `webhook+https://…` gets: `whsec_` and the Base64 of 24 to 64 "
            "random bytes."
        ),
    )
    SMS_ANSWER_SECONDS: int = Field(
        8,
        ge=1,
        le=60,
        description=(
            "Seconds that an SMS provider has for its answer; all providers of one code together "
            "have 7 more."
        ),
    )
    SMS_ALARM: AlarmSetting = Field(
        None,
        description=(
            "Close a region to strangers for an hour: `100:10` means after at least 100 codes in "
            "an hour, of which less than 10 percent were confirmed by a login. `off`: never; "
            "unset: `100:10`, or `off` where the SMS is imitated."
        ),
    )
    SMS_DELAY_MIN: float = Field(
        1.0, ge=0, le=10, description="Shortest time to imitate an SMS, seconds."
    )
    SMS_DELAY_MAX: float = Field(
        2.0, ge=0, le=10, description="Longest time to imitate an SMS, seconds."
    )
    SMS_SHOW_CODE: bool | None = Field(
        None,
        description=(
            "Show the code in the answer to a code request (imitation only); unset: as `DEBUG`."
        ),
    )
    SERVICE_NAME: str = Field(
        "Referral API",
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Name of your service in the text of the SMS.",
    )
    SMS_TEXT_EN: str = Field(
        "",
        description=(
            "Text of the SMS in English, with `{code}` and, if you like, `{service}`; unset: our "
            "own (`docs/sms-text.md`)."
        ),
    )
    SMS_TEXT_RU: str = Field("", description="The same in Russian.")
    SMS_ANDROID_HASH: str = Field(
        "",
        pattern=r"^([A-Za-z0-9+/]{11})?$",
        description=(
            "Hash of your Android app, 11 characters, by which Android hands it the SMS (SMS "
            "Retriever API)."
        ),
    )
    TEST_PHONES: SecretStr | None = Field(
        None,
        description=(
            "Test numbers, at most 10 by comma: `+79990000001:1234:2027-12-31` opens with the code "
            "1234 until the end of that day (UTC), and gets no SMS."
        ),
    )
    TEST_PHONES_IN_PRODUCTION: bool = Field(
        False,
        description=(
            "With `DEBUG` off, allow `TEST_PHONES`: everybody who knows such a number and its code "
            "can log in."
        ),
    )
    PHONE_DEFAULT_REGION: str = Field(
        "RU", description="Region of numbers written without `+`, ISO 3166 alpha-2."
    )
    PHONE_REGIONS: Names = Field(
        ("*",),
        description="Regions whose numbers get an SMS, ISO 3166 alpha-2, by comma; `*` for all.",
    )
    PHONE_KINDS: Names = Field(
        ("mobile",),
        description=(
            "Kinds of numbers that get an SMS, by comma, by libphonenumber's names such as "
            "`mobile`, `fixed_line` and `voip`; `*` for all."
        ),
    )
    ACCESS_TOKEN_SECONDS: int = Field(
        900, ge=30, le=86_400, description="Seconds that an access token is valid."
    )
    REFRESH_TOKEN_SECONDS: int = Field(
        2_592_000, ge=60, le=31_536_000, description="Seconds that a refresh token is valid."
    )
    SESSION_MAX_SECONDS: int = Field(
        15_552_000,
        ge=60,
        le=315_360_000,
        description="Seconds after its login that a session ends, however often it is refreshed.",
    )
    LIMIT_SMS_PER_PHONE: RateSetting = Field(
        Rate(5, 18_000),
        description=(
            "SMS to one phone that strangers request, `BURST/SECONDS`: so many at once, refilled "
            "evenly over the time."
        ),
    )
    LIMIT_SMS_PER_PHONE_AND_IP: RateSetting = Field(
        Rate(3, 32_400),
        description=("The part of it that one network may request (an IPv4 address, an IPv6 /48)."),
    )
    LIMIT_SMS_PER_DEVICE: RateSetting = Field(
        Rate(5, 18_000), description="SMS to one phone that one known device requests."
    )
    LIMIT_CODES_PER_TEST_PHONE: RateSetting = Field(
        Rate(100, 600),
        description=(
            "Requests for the code of one test number (`TEST_PHONES`), which spend no limit of SMS."
        ),
    )
    LIMIT_SMS_PER_IP: RateSetting = Field(
        Rate(20, 3_600),
        description=(
            "SMS that strangers request from one address (IPv6: one /64; 4 times as many for its "
            "/56, 16 times for its /48)."
        ),
    )
    LIMIT_SMS_PER_DAY: RateSetting = Field(
        Rate(10_000, 86_400), description="SMS of the whole site."
    )
    SMS_STRANGERS_PERCENT: int = Field(
        70,
        ge=1,
        le=100,
        description=(
            "How much of `LIMIT_SMS_PER_DAY` strangers get; the rest is kept for known devices."
        ),
    )
    LIMIT_WRONG_LOGINS_PER_IP: RateSetting = Field(
        Rate(30, 3_600),
        description=(
            "Failed logins from one address (IPv6: as above), the admin's password login included; "
            "a caller with tries of their own is not counted."
        ),
    )
    LIMIT_STAFF_LOGINS_PER_ACCOUNT: RateSetting = Field(
        Rate(10, 3_600),
        description=(
            "Wrong passwords of the admin for one phone; a browser where the account has logged in "
            "before has as many of its own."
        ),
    )
    LIMIT_WRONG_INVITES_PER_USER: RateSetting = Field(
        Rate(10, 3_600), description="Unknown invite codes that one user may try."
    )
    ADMIN_ENABLED: bool = Field(
        True, description="Serve `/admin/`; `false`: there is nothing at this address."
    )
    TRUSTED_PROXIES: int = Field(
        0,
        ge=0,
        le=10,
        description=(
            "Number of your own reverse proxies; their X-Forwarded-* headers are trusted."
        ),
    )
    TRUSTED_PROXY_NETWORKS: Names = Field(
        (),
        description=(
            "Networks of your proxies, such as `10.0.0.0/8`, by comma; other peers cannot name "
            "another address as theirs. Unset: any peer is a proxy where `TRUSTED_PROXIES` is "
            "not 0."
        ),
    )
    INVITED_PHONES: Literal["full", "masked"] = Field(
        "full", description="How an inviter sees the invited phones."
    )
    PUBLIC_URL: str = Field(
        "",
        pattern=r"^(https?://[^/\s?#]+)?$",
        description=("Address that people open, for invite links; unset: `http://127.0.0.1:PORT`."),
    )
    HTTPS_REDIRECT: bool | None = Field(
        None,
        description=(
            "Redirect pages from http:// to https://, and refuse the API over http://; unset: "
            "where `PUBLIC_URL` is https:// and `TRUSTED_PROXIES` is not 0."
        ),
    )
    HSTS_INCLUDE_SUBDOMAINS: bool = Field(
        False,
        description=(
            "With an https:// `PUBLIC_URL`: browsers use https:// for its subdomains too."
        ),
    )
    HSTS_PRELOAD: bool = Field(
        False, description="Allow browsers to list your domain as https:// only (hstspreload.org)."
    )
    SECURITY_LOG: bool | None = Field(
        None,
        description=(
            "Write a line of JSON to the standard error for each event of security; unset: on "
            "where `DEBUG` is off."
        ),
    )
    HOST: str = Field(
        "127.0.0.1",
        description="Address to listen on; `0.0.0.0`: all of IPv4, `::`: all of IPv4 and IPv6.",
    )
    PORT: int = Field(8000, ge=1, le=65_535, description="Port to listen on.")
    WEB_CONCURRENCY: int = Field(1, ge=1, le=64, description="Worker processes.")
    KEEP_ALIVE_SECONDS: int = Field(
        95,
        ge=1,
        le=3_600,
        description=(
            "Seconds that an idle connection stays open. Your proxy must keep one for a shorter "
            "time, or requests get lost."
        ),
    )
    PRUNE_SECONDS: int = Field(
        3600,
        ge=0,
        le=86_400,
        description=(
            "Seconds between two times that `serve` deletes what has expired; 0: never, you "
            "schedule `manage.py prune`."
        ),
    )
    DATABASE_CONNECTIONS: int = Field(
        4,
        ge=1,
        le=64,
        description="Database connections of each worker; the admin opens one more when used.",
    )
    DATABASE_WAIT_SECONDS: int = Field(
        8,
        ge=1,
        le=300,
        description=(
            "Seconds that a request waits for a silent or slow PostgreSQL; then the answer is 503."
        ),
    )

    @model_validator(mode="before")
    @classmethod
    def with_development_defaults(cls, given: dict[str, object]) -> dict[str, object]:
        """The one place that decides whether they apply: with DEBUG, under all that is given."""
        if is_on(given.get("DEBUG")):
            return development.DEFAULTS | given
        return given

    @field_validator(
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "CORS_ALLOWED_ORIGINS",
        "PHONE_REGIONS",
        "TRUSTED_PROXY_NETWORKS",
        "PHONE_KINDS",
        mode="before",
    )
    @classmethod
    def split_by_comma(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = [name.strip() for name in value.split(",")]
        return tuple(name for name in names if name)

    @field_validator("PHONE_KINDS")
    @classmethod
    def kinds_of_phones(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        kinds = tuple(kind.lower() for kind in value)
        for kind in kinds:
            if kind != "*" and kind not in KINDS_OF_PHONES:
                raise ValueError(f"has `{kind}`, which is none of: {', '.join(KINDS_OF_PHONES)}, *")
        if not kinds:
            raise ValueError("names no kind of numbers: nobody could log in")
        return kinds

    @field_validator("PUBLIC_URL", mode="before")
    @classmethod
    def without_trailing_slash(cls, value: object) -> object:
        return value.rstrip("/") if isinstance(value, str) else value

    @field_validator("SMS_TEXT_EN", "SMS_TEXT_RU")
    @classmethod
    def can_be_filled_in(cls, value: str) -> str:
        return checked_template(value) if value else value

    @field_validator("SECRET_KEY", "OTP_PEPPER")
    @classmethod
    def long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 32:
            # RFC 7518 §3.2: an HS256 key has at least 256 bits.
            raise ValueError("needs at least 32 bytes")
        return value

    @field_validator("DATABASE_URL")
    @classmethod
    def speaks_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_database_url(value.get_secret_value())
        return value

    @field_validator("TEST_PHONES")
    @classmethod
    def are_test_phones(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_test_phones(value.get_secret_value())
        return value

    @field_validator("TRUSTED_PROXY_NETWORKS")
    @classmethod
    def are_networks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            try:
                ip_network(value)
            except ValueError:
                raise ValueError("is not a list of networks, such as 10.0.0.0/8") from None
        return values

    @field_validator("ALLOWED_HOSTS")
    @classmethod
    def can_be_asked_for(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("names no host")
        return tuple(checked_host(host) for host in value)

    @field_validator("CSRF_TRUSTED_ORIGINS")
    @classmethod
    def can_be_sent(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(checked_origin(origin) for origin in value)

    @field_validator("PHONE_REGIONS")
    @classmethod
    def have_phones(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("names no region: write `*` for all")
        return checked_regions(value)

    @field_validator("PHONE_DEFAULT_REGION")
    @classmethod
    def has_phones(cls, value: str) -> str:
        return checked_region(value)

    @model_validator(mode="after")
    def has_keys_of_its_own(self) -> Self:
        """Development and its published key go together; nothing else may run with it."""
        if self.DEBUG:
            return self
        for name, key in (("SECRET_KEY", self.SECRET_KEY), ("OTP_PEPPER", self.OTP_PEPPER)):
            weakness = weakness_of(key.get_secret_value()) if key else None
            if weakness:
                raise ValueError(f"{name} {weakness}")
        return self

    @model_validator(mode="after")
    def means_its_test_phones(self) -> Self:
        if self.TEST_PHONES and not self.DEBUG and not self.TEST_PHONES_IN_PRODUCTION:
            raise ValueError(
                "TEST_PHONES is set with DEBUG off: if you mean that those who know such a number "
                "and its code can log in, set TEST_PHONES_IN_PRODUCTION=true"
            )
        return self

    @model_validator(mode="after")
    def imitates_safely(self) -> Self:
        if self.SMS_DELAY_MAX < self.SMS_DELAY_MIN:
            raise ValueError("SMS_DELAY_MAX is less than SMS_DELAY_MIN")
        if self.imitates_sms and self.SMS_SHOW_CODE is None and not self.DEBUG:
            raise ValueError(
                "SMS_SHOW_CODE is not set: with DEBUG off and SMS_SENDERS=imitation:, say whether "
                "answers may show the codes (true lets anybody log in as anybody)"
            )
        return self

    @model_validator(mode="after")
    def can_send(self) -> Self:
        """The senders themselves say what they lack."""
        chain_of(self.sms_senders, Options(webhook_secret=self.webhook_secret))
        if "*" in self.PHONE_REGIONS and not self.imitates_sms:
            raise ValueError(
                "PHONE_REGIONS is `*`: with real SMS_SENDERS, list the regions that you pay for"
            )
        return self

    @property
    def sms_senders(self) -> tuple[str, ...]:
        return tuple(self.SMS_SENDERS.get_secret_value().split())

    @property
    def imitates_sms(self) -> bool:
        return self.sms_senders == (IMITATION,)

    @property
    def sms_alarm(self) -> Alarm | None:
        """None where it is off. Imitated SMS cost nothing, so they need no alarm."""
        if self.SMS_ALARM is None:
            return None if self.imitates_sms else Alarm(100, 10)
        return self.SMS_ALARM if self.SMS_ALARM.sends else None

    @property
    def webhook_secret(self) -> str:
        if self.SMS_WEBHOOK_SECRET is None:
            return ""
        return self.SMS_WEBHOOK_SECRET.get_secret_value()

    @property
    def test_phones(self) -> dict[str, tuple[str, date]]:
        """The code and the last day of each."""
        if self.TEST_PHONES is None:
            return {}
        return read_test_phones(self.TEST_PHONES.get_secret_value())

    @property
    def shows_codes(self) -> bool:
        if not self.imitates_sms:
            return False
        return self.DEBUG if self.SMS_SHOW_CODE is None else self.SMS_SHOW_CODE

    @property
    def resolved_public_url(self) -> str:
        return self.PUBLIC_URL or f"http://127.0.0.1:{self.PORT}"

    @property
    def is_https(self) -> bool:
        return self.resolved_public_url.startswith("https://")

    @property
    def redirects_to_https(self) -> bool:
        """Without a proxy, no request would ever look secure, and the redirect would not end."""
        if self.HTTPS_REDIRECT is not None:
            return self.HTTPS_REDIRECT
        return self.is_https and self.TRUSTED_PROXIES > 0


def is_on(value: object) -> bool:
    """As the field `DEBUG` itself reads it; what it refuses is not on."""
    try:
        return TypeAdapter(bool).validate_python(value)
    except ValidationError:
        return False


def explain(error: ValidationError) -> str:
    """One sentence for each wrong variable, without any secret."""
    sentences = []
    for mistake in error.errors():
        name = ".".join(str(part) for part in mistake["loc"])
        sentences.append(sentence(name, mistake["type"], mistake["msg"]))
    return " ".join(sentences)


def sentence(name: str, kind: str, message: str) -> str:
    if kind == "missing":
        return f"{name} is not set: {Env.model_fields[name].description}"
    message = message.removeprefix("Value error, ").rstrip(".")
    if not name:  # of several variables: the message names them
        return f"{message}."
    if message[0].islower():
        return f"{name} {message}."
    return f"{name}: {message}."
