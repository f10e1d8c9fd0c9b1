"""How people sign in to a host: with a key pair, with a password, as root.

A key pair switches password sign-in off on Linux hosts. Windows hosts take no key pair: they are not asked for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from compliant_infra.kernel.blocks import blocks, elements, nested_entries
from compliant_infra.kernel.logic import (
    NOT_APPLICABLE,
    PASS,
    Context,
    Outcome,
    Predicate,
    as_bool,
    failed,
    is_given,
    predicate,
    show,
    undecided,
)
from compliant_infra.kernel.model import OneOf, Reference, Resource, Text, Unknown, UnknownValueError, Verdict
from compliant_infra.kernel.patterns import lazy
from compliant_infra.kernel.policies import Answer, any_true
from compliant_infra.kernel.secrets import read_text

_DATA_SOURCE: Final = lazy(r"(data\.[a-z0-9_]+\.[\w-]+)")
_WINDOWS: Final = lazy(r"(?<![a-z])win", re.IGNORECASE)

#: Data sources that find images.
_IMAGE_SOURCES: Final = ("alicloud_images", "tencentcloud_images", "tencentcloud_image", "aws_ami")
#: What data sources of images are asked for that tells the operating system.
_IMAGE_QUESTIONS: Final = (
    "os_type",
    "name_regex",
    "image_name",
    "image_family",
    "image_id",
    "image_name_regex",
    "os_name",
)


def _source(value: Unknown, resource: Resource, context: Context) -> Resource | None:
    """The data source of images that a value is read from, also by an index: ``data.alicloud_images.x.images[0].id``.

    Such a value says in words only where it comes from, and may have been handed on from a module further out.
    """
    found = context.data_source(value)
    named = _DATA_SOURCE.match(value.expression) if value.reason == "data-source" else None
    if found is not None or named is None:
        return found
    steps = resource.module.split(".module.") if resource.module else []
    prefixes = [".module.".join(steps[:count]) for count in range(len(steps), -1, -1)]
    for prefix in prefixes:
        address = f"{prefix}.{named[1]}" if prefix else named[1]
        found = context.data_source(Unknown("data-source", address, reference=Reference(address, "")))
        if found is not None:
            return found
    return None


def _questions(source: Resource) -> list[str]:
    return [item for item in map(source.get, _IMAGE_QUESTIONS) if isinstance(item, str)]


def _asked_for(image: str, context: Context) -> list[str]:
    """What the data sources that list an image are asked for: a plan holds what the cloud answered, such as an id."""
    found: list[str] = []
    for source in context.data_sources(*_IMAGE_SOURCES):
        if image in (source.get("id"), source.get("image_id")) or any(
            image in (item.get("id"), item.get("image_id")) for item in blocks(source.get("images"))
        ):
            found.extend(_questions(source))
    return found


def _by_image(resource: Resource, context: Context, value: Any, test: Callable[[str], bool], owner: str) -> Answer:
    """A question to an image: by its id, or by what its data source asks for (or, if given, whose images it lists)."""
    if isinstance(value, OneOf):
        answers = [_by_image(resource, context, item, test, owner) for item in value.alternatives]
        return answers[0] if all(isinstance(item, bool) and item == answers[0] for item in answers) else value
    if not isinstance(value, Unknown):
        if not isinstance(value, str) or not value:
            return Unknown("known-after-apply", "image_id")  # without an image a launch template names it
        return test(value) or (not owner and any(map(test, _asked_for(value, context))))
    source = _source(value, resource, context)
    if source is None:
        return value
    if owner:
        owners = source.get("owners")
        return owners == owner if isinstance(owners, str) else value
    texts = _questions(source)
    if any(map(test, texts)):
        return True
    return False if texts else value


def _is_windows(resource: Resource, context: Context, path: str) -> Answer:
    """Whether the image is one of Windows."""
    value = resource.attributes.get(path)
    return _by_image(resource, context, value, lambda text: _WINDOWS.search(text) is not None, "")


def _is_public(resource: Resource, context: Context, path: str) -> Answer:
    """Whether the image is one of the public images of Alibaba Cloud, whose first user is root.

    Their ids are names (``ubuntu_22_04_x64_20G_alibase_20240530.vhd``), those of own images begin with ``m-``.
    """
    value = resource.attributes.get(path)
    if isinstance(value, Unknown) and value.reference is not None and value.reason != "data-source":
        return False  # an image of the scan is an own one
    return _by_image(resource, context, value, lambda text: "_" in text and not text.startswith("m-"), "system")


def _given(value: Any) -> Answer:
    if isinstance(value, (list, tuple)):
        return any_true(_given(item) for item in elements(value))
    try:
        return is_given(value)
    except UnknownValueError as error:
        return error.unknown


def _switched_on(value: Any) -> Answer:
    if isinstance(value, (Unknown, OneOf)):
        return value
    return as_bool(value) is True


def _read(resource: Resource, path: str) -> Any:
    """The value of an attribute, or of one in the only block of its kind (``login_settings.password``)."""
    block, _, name = path.rpartition(".")
    if not block:
        return resource.attributes.get(path)
    found = [
        item.get(name) if isinstance(item, Mapping) else item.condition if isinstance(item, OneOf) else item
        for _, item in nested_entries(resource.attributes, block)
    ]
    if len(found) == 1:
        return found[0]
    return found or None


def _first(answers: Mapping[str, Answer]) -> tuple[str, Answer]:
    """The attribute that answers yes, else the first that is unknown, else any with no."""
    for wanted in (True, None):
        for name, answer in answers.items():
            if answer is wanted or (wanted is None and not isinstance(answer, bool)):
                return name, answer
    return "", False


def _attached_key(resource: Resource, context: Context, attachments: Sequence[str]) -> Answer:
    """Whether a resource of its own gives the host a key pair."""
    answers: list[Answer] = []
    for kind in attachments:
        found = context.companions(resource, kind, "instance_ids", ("id",))
        answers.extend(True if item.existence is None else item.existence for item in found.sure)
        answers.extend(unknown for _, unknown in found.possible)
    return any_true(answers)


def key_login(
    *,
    keys: Sequence[str],
    passwords: Sequence[str],
    inherited: str = "",
    image: str = "image_id",
    non_root: str = "",
    attachments: Sequence[str] = (),
    no_key: Text | None = None,
    keeps_image: str = "",
) -> Predicate:
    """A host, or what hosts are made from, that is signed in to with a key pair.

    ``keys`` and ``passwords`` are the attributes that give either; ``inherited`` says that the image's password holds,
    ``keeps_image`` that the image decides altogether; ``non_root`` is the switch for a first user other than root.
    ``no_key`` is the finding where neither is given and the cloud makes a password; without it such a host has none.
    """

    def judge(resource: Resource, context: Context) -> Iterator[Outcome]:
        key = any_true(
            [_given(_read(resource, name)) for name in keys] + [_attached_key(resource, context, attachments)]
        )
        if non_root and key is not False:
            outcome = _first_user(resource, context, non_root, image)
            if outcome.verdict is Verdict.FAIL and isinstance(key, (Unknown, OneOf)):
                outcome = undecided(key, outcome.attribute, outcome.finding)
            yield outcome
        if key is True:
            yield PASS
            return
        answers: dict[str, Answer] = {name: _given(_read(resource, name)) for name in passwords}
        if inherited:
            answers[inherited] = _switched_on(_read(resource, inherited))
        name, password = _first(answers)
        kept = _switched_on(_read(resource, keeps_image)) if keeps_image else False
        if password is False and no_key is None and kept is False:
            yield PASS
            return
        windows = _is_windows(resource, context, image)
        if windows is True:
            yield NOT_APPLICABLE
            return
        if kept is True:
            yield undecided(
                Unknown("unsupported", f"{keeps_image} = true"),
                keeps_image,
                message=Text(
                    f"{keeps_image} is true: whether the image lets users sign in by password cannot be seen",
                    f"{keeps_image} 为 true：沿用镜像的登录方式，无法判断镜像是否允许口令登录",
                ),
            )
            return
        doubts: list[Answer] = [key, kept, password if no_key is None else False, windows]
        doubt = next((item for item in doubts if isinstance(item, (Unknown, OneOf))), None)
        if doubt is not None:
            yield undecided(doubt, _place_of(doubt, resource, (*keys, keeps_image, *answers, image)))
        elif password is not False:
            yield failed(
                Text(
                    f"{name} is set and no key pair is: sign-in is by password",
                    f"设置了 {name} 而没有密钥对：以口令登录",
                ),
                name,
            )
        elif no_key is not None:
            yield failed(no_key, keys[0])

    reads = [*keys, *passwords, image, *(item for item in (inherited, non_root, keeps_image) if item)]
    return predicate(reads=(*reads, *(f"{kind}:instance_ids" for kind in attachments)))(judge)


def _place_of(unknown: Unknown | OneOf, resource: Resource, names: Iterable[str]) -> str:
    """The attribute whose value blocks the answer, for the line of the result."""
    for name in names:
        value = _read(resource, name) if name else None
        if value is unknown or any(item is unknown for item in elements(value) if value is not None):
            return name
    return ""


def _first_user(resource: Resource, context: Context, path: str, image: str) -> Outcome:
    """Whether one signs in as another user than root; only public images are known to begin with root."""
    block, _, name = path.rpartition(".")
    holders = blocks(resource.attributes.get(block)) if block else [resource.attributes]
    where = f"{block}.0.{name}" if block else name
    for holder in holders:
        value = holder.get(name)
        if isinstance(value, (Unknown, OneOf)):
            return undecided(value, where, name)
        if value is not None:
            if as_bool(value) is True:
                return PASS
            return failed(
                Text(f"{path} is {show(value)}: sign-in is as root", f"{path} 为 {show(value)}：以 root 登录"),
                where,
                name,
            )
    public = _is_public(resource, context, image)
    if public is False:
        return NOT_APPLICABLE
    if isinstance(public, (Unknown, OneOf)):
        return undecided(public, _place_of(public, resource, (image,)), name)
    return failed(
        Text(
            f"{path} is not set: sign-in to a public image is as root",
            f"未设置 {path}：公共镜像默认以 root 登录",
        ),
        where,
        name,
    )


# --------------------------------------------------------------------------------------------------------------
# Password sign-in that a script switches on
# --------------------------------------------------------------------------------------------------------------

_PASSWORD_SSH: Final = lazy(r"PasswordAuthentication[\s\\+*.s]*?(yes|no)\b", re.IGNORECASE)
_PASSWORD_CLOUD_INIT: Final = lazy(r"^\s*ssh_pwauth\s*:\s*[\"']?(?:true|yes|1)\b", re.IGNORECASE | re.MULTILINE)


def _allows_passwords(text: str) -> bool:
    """Whether a script or cloud-init document switches password sign-in on; of a substitution the result counts."""
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            found = _PASSWORD_SSH.findall(line)
            if found and found[-1].lower() == "yes":
                return True
    return _PASSWORD_CLOUD_INIT.search(text) is not None


def key_login_by_default(*scripts: str) -> Predicate:
    """A host whose images take keys only: nothing but its user data can let people in with a password."""

    @predicate(reads=("key_name", *scripts))
    def judge(resource: Resource, context: Context) -> Outcome:
        blocked: Outcome | None = None
        for path in scripts:
            value = resource.attributes.get(path)
            answer = _script_allows_passwords(value)
            if answer is True:
                return failed(Text(f"{path} switches password sign-in on", f"{path} 开启了口令登录"), path)
            if isinstance(answer, (Unknown, OneOf)):
                blocked = blocked or undecided(answer, path)
        return blocked or PASS

    return judge


def _script_allows_passwords(value: Any) -> Answer:
    if value is None:
        return False
    if isinstance(value, OneOf):
        answers = [_script_allows_passwords(item) for item in value.alternatives]
        return answers[0] if all(isinstance(item, bool) and item == answers[0] for item in answers) else value
    texts, hidden = read_text(value)
    if any(map(_allows_passwords, texts)):
        return True
    return False if hidden is None else hidden
