"""The form of phones and codes: lengths, alphabets and patterns. It imports nothing."""

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
E164_MAX_LENGTH = 16

INVITE_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, no 0 O 1 I
INVITE_CODE_LENGTH = 6
INVITE_CODE_PATTERN = r"^[2-9A-HJ-NP-Z]{6}$"

USER_AGENT_MAX_LENGTH = 200  # of a session; browsers send about half

# How many digits a code may have is a setting. An input of another length is a wrong try.
ONE_TIME_CODE_INPUT_PATTERN = "^[0-9]{1,16}$"

# Of a phone or a code as it was typed or copied, with spaces, dashes and invisible marks.
TYPED_MAX_LENGTH = 64
