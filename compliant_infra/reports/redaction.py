"""Secrets never reach a report: neither as keys in any text nor in the lines of source that a report quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from compliant_infra.kernel.logic import is_secret_name
from compliant_infra.reports.layout import plain

# All but "STS." hold a capital I: looking for one letter is far cheaper than looking for each of them in every result.
_MARKS: Final = ("LTAI", "AKID", "AKIA", "ASIA", "-----BEGIN")

# Holds for a text as it is, inside a JSON string, and with its control characters made visible: there a newline is
# written as an escape.
_KEYS: Final = re.compile(
    r"(LTAI|AKID|AKIA|ASIA|STS\.)[A-Za-z0-9]{8,}"
    r"|(-----BEGIN) [A-Z0-9 ]+-----(?:[A-Za-z0-9+/=,: \r\n\t-]|\\+(?:[nrt]|x0[9ad]|u000[9ad]))*"
)


def mask(text: str) -> str:
    """The text with access keys (Alibaba Cloud, AWS, Tencent Cloud) and PEM blocks replaced by ``***``."""
    if ("I" in text and any(mark in text for mark in _MARKS)) or "STS." in text:
        return _KEYS.sub(lambda match: f"{match.group(1) or match.group(2)}***", text)
    return text


def clean(text: str) -> str:
    """A text from outside fit to be shown: on one line, nothing that steers a terminal, no keys."""
    return mask(plain(text))


_KEY_IN_QUOTES: Final = re.compile(r'\s*"[^"]*"\s*[:=]')
_NUMBER_VALUE: Final = re.compile(r"([=:]\s*)[-+]?\d[\w.]*")
_COMMENT: Final = re.compile(r"(#|//|/\*).*")


def hide_literals(line: str) -> str:
    """The line with everything between its first and its last quotation mark, numbers and comments replaced.

    From first to last, because a template may hold quotation marks of its own.
    """
    key = _KEY_IN_QUOTES.match(line)
    start = key.end() if key else 0
    head, rest = line[:start], line[start:]
    first, last = rest.find('"'), rest.rfind('"')
    if first >= 0:
        before, after = rest[:first], rest[last + 1 :] if last > first else ""
        return f'{head}{_bare(before)}"***"{_bare(after)}'
    if key:
        # The colon or equals sign belongs to the key, so a bare number stands at the start of the rest.
        rest = re.sub(r"^\s*[-+]?\d[\w.]*", " ***", rest)
    return head + _bare(rest)


def _bare(text: str) -> str:
    return _COMMENT.sub(r"\1 ***", _NUMBER_VALUE.sub(r"\1***", text))


#: How much of a line may be shown: without its literals, or not at all.
Protection = Literal["literals", "whole"]

_TOKEN: Final = re.compile(
    r'"(?:\\.|[^"\\])*"?'
    r"|(?P<comment>\#.*|//.*)"
    r"|(?P<block_comment>/\*)"
    r"|<<[-~]?(?P<heredoc>\w+)\s*$"
    r"|(?P<open>[{\[(])"
    r"|(?P<close>[}\])])"
)

#: Blocks whose labels are types and names of resources: ``alicloud_kms_secret`` is no secret.
_LABELLED: Final = re.compile(r"\s*(?:resource|data|ephemeral|module|provider|terraform|import|moved|removed|check)\b")
_SCRIPTED: Final = re.compile(r"\s*(?:provisioner|connection)\b")

#: Heredocs that may be shown: the others are scripts, user data, configuration files, keys.
_DOCUMENT: Final = re.compile(r"policy|document|statement", re.IGNORECASE)


def protected_lines(lines: Sequence[str]) -> dict[int, Protection]:
    """For the lines of a Terraform file (counted from 1) that may hold secrets: how much of each may be shown.

    Protected are: attributes with a secret's name and all that their brackets enclose, variables with such a name,
    provisioners and connections, and the bodies of heredocs that are no policy documents.
    """
    protected: dict[int, Protection] = {}
    enclosing: list[bool] = []  # for every open bracket: does it belong to a secret
    heredoc = ""
    heredoc_shown = False
    in_comment = False
    continued = False  # a secret's key, and its value on the next line
    for number, line in enumerate(lines, 1):
        if heredoc:
            if line.strip() == heredoc:
                heredoc = ""
            elif not heredoc_shown or is_secret_name(line):
                protected[number] = "whole"
            continue
        if in_comment:
            if is_secret_name(line):
                protected[number] = "whole"
            in_comment = "*/" not in line
            continue
        labelled = not enclosing and _LABELLED.match(line) is not None
        subject = line.partition("{")[2] if labelled else line
        secret = is_secret_name(subject) or _SCRIPTED.match(line) is not None
        if secret or continued or (enclosing and enclosing[-1]):
            protected[number] = "literals"
        text = line.strip()
        continued = text.endswith((":", "=")) and (secret or continued) if text else continued
        position = 0
        while (token := _TOKEN.search(line, position)) is not None:
            position = token.end()
            kind = token.lastgroup
            if kind == "open":
                enclosing.append(secret or (bool(enclosing) and enclosing[-1]))
            elif kind == "close":
                if enclosing:
                    enclosing.pop()
            elif kind == "heredoc":
                heredoc = token.group("heredoc")
                heredoc_shown = number not in protected and _DOCUMENT.search(line[: token.start()]) is not None
            elif kind == "block_comment":
                end = line.find("*/", position)
                if end < 0:
                    in_comment = True
                    break
                position = end + 2
            elif kind == "comment":
                break
    return protected


def shown(line: str, protection: Protection | None) -> str:
    """The line as a report may quote it."""
    if protection == "whole":
        return line[: len(line) - len(line.lstrip())] + "***"
    return mask(hide_literals(line) if protection == "literals" else line)


_LITERAL: Final = re.compile(r'".*"', re.DOTALL)


def shown_expression(expression: str, attribute: str, secret: bool) -> str:
    """An expression as a report may quote it: without literals where the rule or the attribute is about secrets."""
    if '"' in expression and (secret or is_secret_name(attribute) or is_secret_name(expression)):
        return _LITERAL.sub('"***"', expression)
    return expression
