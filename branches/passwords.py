"""What a password must be, beyond Django's own validators: not to be guessed, and, under 等保, varied and new."""

import re

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator, MinimumLengthValidator
from django.core.exceptions import ValidationError

from branches.queries.doors import FORMER_PASSWORDS, former_passwords

# Words that somebody who knows this site and this country tries first.
SITE_WORDS = (
    "yinling", "dangban", "dangwei", "dangyuan", "dangzhibu", "zhibu", "dangjian", "gongchandang", "zhongguo", "beijing",
    "lanzhou", "woaini", "woaizhongguo", "mima", "xitong", "guanliyuan", "password", "passw0rd", "p@ssw0rd", "admin", "login",
)  # fmt: skip
# Runs of neighbouring keys, of the alphabet and of digits, forwards; they are looked for backwards too.
ROWS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "!@#$%^&*()",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "q1w2e3r4t5y6u7i8o9p0",
)  # fmt: skip
RUN = 4
LEAST_LEFT = 6
FEWEST_CHARACTERS = 5
CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
CLASSES_WANTED = 3


class LongEnough(MinimumLengthValidator):
    """Django's own; its refusal has no Chinese in this version of Django, though its help text has."""

    def get_error_message(self):
        return f"密码太短，至少要有 {self.min_length} 个字符。"

    def get_help_text(self):
        return f"至少 {self.min_length} 个字符。"


class NotGuessable(CommonPasswordValidator):
    """Refuses common passwords with digits around them, runs of keys, repetitions, and the user's own name and number."""

    def validate(self, password, user=None):
        text = password.lower()
        if _without_ends(text) in self.passwords:
            raise ValidationError("这个密码以常见密码为主，容易被猜到。请换一个，例如四个不相关的词。", code="common")
        if len(set(text)) < FEWEST_CHARACTERS or re.fullmatch(r"(.{1,6}?)\1+", text):
            raise ValidationError("这个密码由重复的字符组成，容易被猜到。请换一个。", code="repeated")
        if len(without_runs(text)) < LEAST_LEFT:
            raise ValidationError("这个密码由相邻的按键或连续的字符组成，容易被猜到。请换一个。", code="run")
        for word in (*SITE_WORDS, *words_of(user)):
            text = text.replace(word, "")
        if len(text.strip("0123456789._-@!#")) < LEAST_LEFT and text != password.lower():
            raise ValidationError("这个密码以姓名、账号、工号或本系统常用词为主，容易被猜到。请换一个。", code="own")

    def get_help_text(self):
        return "不能是常见密码，不能由重复或连续的字符组成，不能以姓名、账号或工号为主。"


class ThreeKinds:
    """Asks for three of four kinds of characters (等保)."""

    def validate(self, password, user=None):
        if sum(bool(re.search(kind, password)) for kind in CLASSES) < CLASSES_WANTED:
            raise ValidationError(self.get_help_text(), code="kinds")

    def get_help_text(self):
        return "大写字母、小写字母、数字、符号四类中至少有三类。"


class NotUsedBefore:
    """Refuses the present password and the ones before it (等保)."""

    def validate(self, password, user=None):
        if user and user.pk and any(check_password(password, former) for former in former_passwords(user)):
            raise ValidationError(self.get_help_text(), code="used_before")

    def get_help_text(self):
        return f"不能与最近 {FORMER_PASSWORDS} 次用过的密码相同。"


def words_of(user):
    """What everybody knows of ``user``, in lower case and at least four characters long."""
    if user is None:
        return ()
    known = [user.username, user.email.partition("@")[0]]
    if user.person_id:
        known += [user.person.pinyin, user.person.staff_number, user.person.phone]
    return tuple(sorted((word.lower() for word in known if len(word) >= RUN), key=len, reverse=True))


def without_runs(text):
    """``text`` without the longest runs of neighbouring keys that it holds."""
    for row in ROWS:
        for way in (row, row[::-1]):
            for length in range(len(way), RUN - 1, -1):
                for start in range(len(way) - length + 1):
                    text = text.replace(way[start : start + length], "")
    return text


def _without_ends(text):
    """``text`` without the digits and signs that people put around a word."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
