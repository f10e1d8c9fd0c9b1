"""Whether a resource pattern of a policy means every object of one bucket.

Patterns name buckets literally, by reference or by a template of unknown parts. Pattern and bucket are therefore
compared as texts in which an unknown stands as a letter of its own: the same unknown is the same letter. What does
not surely match is compared once more with unknowns that may be any text; only if that fails, too, the answer is no.
"""

from __future__ import annotations

import re
from typing import Any, Final

from compliant_infra.kernel.logic import referred_address
from compliant_infra.kernel.model import OneOf, Resource, Unknown
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import Answer, Value, covers_all_resources, pieces

#: Where the services' names stand within a resource name, and into how many segments it is split.
_SERVICES: Final = {"arn": (2, "s3", 6), "acs": (1, "oss", 5), "qcs": (2, "cos", 6)}

#: What stands before a bucket's name, for patterns of which not even the scheme is known.
_STARTS: Final = ("arn:aws:s3:::", "acs:oss:r:a:", "qcs::cos:r:uid/1:")

_NAMING: Final = ("id", "bucket", "name")
_BUCKET_ADDRESS: Final = lazy(r"(?:^|\.)(?:aws_s3_bucket|alicloud_oss_bucket|tencentcloud_cos_bucket)\.[^.]+$")

#: Letters of the private use areas: keys that no pattern spells out, then names, other buckets and unknowns.
_KEYS: Final = ("\ue0f4", "\ue0f4/\ue0f5")
_FIRST_FOREIGN: Final = 0xF0000
_FIRST_UNKNOWN: Final = 0x100000

#: COS also accepts ``prefix//<app id>/<bucket without app id>/...``.
_OLD_COS: Final = lazy(r"prefix//(\d+)/([^/]+)(/.*)?", re.DOTALL)


class BucketObjects:
    """The objects of one bucket: ``name`` is its name as far as known, ``address`` the resource that stands for it."""

    def __init__(self, name: Value | None, address: str = "", prefix: Any = None) -> None:
        self._address = address
        self._letters: dict[Any, str] = {}
        self._kept: list[Any] = []  # unknowns are told apart by identity: none may be freed meanwhile
        self._blocking: Unknown | OneOf | None = None
        if name is None:
            own = Unknown("known-after-apply", f"{address}.bucket")
            name = Unknown("known-after-apply", own.expression, parts=(prefix, own)) if prefix else own
        if not isinstance(name, str):
            self._blocking = name
        self._name = self._written(name, own=False)

    @classmethod
    def of(cls, bucket: Resource) -> BucketObjects:
        """Of a bucket that the scan holds."""
        prefix = bucket.get("bucket_prefix")
        return cls(bucket.get("bucket"), bucket.address, prefix if isinstance(prefix, str) else None)

    @classmethod
    def named_by(cls, value: Any) -> BucketObjects:
        """Of the bucket that an attribute names: by its text, or by reference to a data source."""
        reference = value.reference if isinstance(value, Unknown) else None
        return cls(value, reference.address if reference is not None else "")

    def covered_by(self, pattern: Value) -> Answer:
        """Whether the pattern means all of them; else the unknown that decides it."""
        if isinstance(pattern, OneOf):
            answers = [self.covered_by(item) for item in pattern.alternatives if item is not None]
            decided = {answer for answer in answers if isinstance(answer, bool)}
            return decided.pop() if len(decided) == 1 and len(answers) and all(map(_decided, answers)) else pattern
        if isinstance(pattern, str) and covers_all_resources(pattern) is True:
            return True
        text = self._written(pattern, own=True)
        tail = _split(text)
        if tail is not None:
            if self._reaches(tail, loose=False):
                return True
            may = self._reaches(tail, loose=True)
        else:
            may = any(map(_is_unknown, text)) and any(self._reaches(text, begin, loose=True) for begin in _STARTS)
        if not may:
            return False
        blocking = pattern if isinstance(pattern, Unknown) else self._blocking
        return False if blocking is None else blocking

    def _reaches(self, pattern: str, begin: str = "", *, loose: bool) -> bool:
        """Whether the pattern matches every key of the bucket; ``begin`` stands before its name."""
        return all(_overlap(pattern, f"{begin}{self._name}/{key}", self._name, loose) for key in _KEYS)

    def _written(self, value: Value, own: bool) -> str:
        """The text with a letter for each unknown. With ``own``, references to the bucket become its name."""
        text = ""
        for piece in pieces(value):
            if isinstance(piece, str):
                text += piece
            else:
                text += self._letter(piece, own)
        return text

    def _letter(self, value: Any, own: bool) -> str:
        reference = value.reference if isinstance(value, Unknown) else None
        if own and reference is not None and reference.address == self._address:
            if reference.attribute in _NAMING:
                return self._name
            if reference.attribute == "arn":
                return f"arn:aws:s3:::{self._name}"
        key: Any = id(value) if reference is None else reference
        foreign = reference is not None and own and _is_other_bucket(referred_address(value))
        letter = self._letters.get(key)
        if letter is None:
            self._kept.append(value)
            letter = chr((_FIRST_FOREIGN if foreign else _FIRST_UNKNOWN) + len(self._letters))
            self._letters[key] = letter
        if foreign and reference is not None and reference.attribute == "arn":
            return f"arn:aws:s3:::{letter}"
        return letter


def _decided(answer: Answer) -> bool:
    return isinstance(answer, bool)


def _is_other_bucket(address: str) -> bool:
    """Whether the address is a bucket of the scan. A data source may be read of the very bucket that is judged."""
    return _BUCKET_ADDRESS.search(address) is not None and re.search(r"(?:^|\.)data\.", address) is None


def _is_unknown(letter: str) -> bool:
    return ord(letter) >= _FIRST_UNKNOWN


def _split(text: str) -> str | None:
    """What follows the service, region and account of a resource name; None where it is not of object storage."""
    scheme, separator, _ = text.partition(":")
    found = _SERVICES.get(scheme.lower())
    if not separator or found is None:
        return None
    place, service, count = found
    segments = text.split(":", count - 1)
    if len(segments) < count or not _overlap(segments[place], service, "", loose=True):
        return None
    tail = segments[-1]
    old = _OLD_COS.fullmatch(tail)
    return f"{old[2]}-{old[1]}{old[3] or ''}" if old is not None else tail


def _overlap(pattern: str, text: str, name: str, loose: bool) -> bool:
    """Whether the pattern (``*``, ``?``) matches the text. ``loose``: unknowns of either side may be any text.

    An unknown that is part of the bucket's ``name`` holds no slash and is never another bucket's name.
    """
    reached = {0}  # places of the pattern at which the rest of the text may go on

    def closed(places: set[int]) -> set[int]:
        """With the places behind runs that may be empty."""
        todo, found = list(places), set(places)
        while todo:
            at = todo.pop()
            if at < len(pattern) and _is_run(pattern[at], loose) and at + 1 not in found:
                found.add(at + 1)
                todo.append(at + 1)
        return found

    reached = closed(reached)
    for letter in text:
        following: set[int] = set()
        if loose and _is_unknown(letter):
            following = set(reached)
            for at in sorted(reached):
                ahead = at
                while ahead < len(pattern) and _may_be_named(pattern[ahead]):
                    ahead += 1
                    following.add(ahead)
        else:
            for at in reached:
                if at < len(pattern):
                    if _is_run(pattern[at], loose):
                        if letter != "/" or pattern[at] == "*" or pattern[at] not in name:
                            following.add(at)
                    elif pattern[at] == "?" or pattern[at].lower() == letter.lower():
                        following.add(at + 1)
        reached = closed(following)
    return len(pattern) in reached


def _may_be_named(letter: str) -> bool:
    """Whether an unknown bucket name may hold what stands here in the pattern."""
    return letter not in "/:" and not _FIRST_FOREIGN <= ord(letter) < _FIRST_UNKNOWN


def _is_run(letter: str, loose: bool) -> bool:
    return letter == "*" or (loose and _is_unknown(letter))
