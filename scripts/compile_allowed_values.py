"""Compile the values that inputs of Pulumi resources may have, from the providers' schemas and the SDKs' documentation.

    python scripts/compile_allowed_values.py           write components/allowed_values.json
    python scripts/compile_allowed_values.py --check   change nothing; exit status 1 where the file is not current
    python scripts/compile_allowed_values.py --report  say which lists are left out, and why

Alibaba Cloud: the provider's own validation, as the schemas of ``COMPLIANT_INFRA_SCHEMAS`` have it, where the
documentation in the SDK does not disagree. A list is left out where it may be incomplete or taken apart: values with
blanks, a list that is one of several alternatives, numbers that the documentation gives as a range, a documentation
that names more. AWS: the sentence "Valid values: ..." of the documentation, where it is a plain list.

Only what cannot raise a false alarm is worth having: when in doubt a list is left out.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from compliant_infra.components import names
from compliant_infra.components.input_checks import Shape, arguments_class, classes, properties_of
from compliant_infra.kernel.rules import all_rules
from tests.rules.schemas import loaded
from tests.rules.test_schemas import declared

TARGET: Final = Path(__file__).resolve().parent.parent / "components" / "allowed_values.json"

#: Beside what rules read: modules whose types the components make.
MODULES: Final[Mapping[str, frozenset[str]]] = {
    "alicloud": frozenset(
        {
            *("actiontrail", "alb", "bastionhost", "cas", "cen", "cfg", "cloudfirewall", "cloudmonitor", "cms", "cr"),
            *("cs", "ddos", "ebs", "ecs", "ess", "fc", "hbr", "kms", "kvstore", "log", "mongodb", "nas", "nlb", "oss"),
            *("polardb", "privatelink", "pvtz", "ram", "rds", "redis", "resourcemanager", "sddp", "slb", "sls"),
            *("sslcertificatesservice", "threatdetection", "vpc", "vpn", "wafv3", "yundun"),
        }
    ),
    "aws": frozenset(
        {
            *("acm", "acmpca", "autoscaling", "backup", "cfg", "cloudtrail", "cloudwatch", "docdb", "ebs", "ec2"),
            *(
                "ec2transitgateway",
                "ecr",
                "efs",
                "eks",
                "elasticache",
                "guardduty",
                "iam",
                "kms",
                "lambda",
                "lb",
                "msk",
            ),
            *("networkfirewall", "rds", "s3", "secretsmanager", "securityhub", "sns", "sqs", "ssm", "vpc", "wafv2"),
        }
    ),
}

#: More values than this are a catalogue (instance types, engine versions), which grows without the provider.
MOST_VALUES: Final = 30

#: Deeper inputs are not compiled: web ACLs nest the same statement within itself.
DEEPEST: Final = 4

#: (token, path) -> values, where neither schema nor documentation gives a plain list: documented by the cloud.
BY_HAND: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    (
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "rules.applyServerSideEncryptionByDefault.sseAlgorithm",
    ): ("AES256", "aws:kms", "aws:kms:dsse", "aws:fsx"),
    ("aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration.status"): (
        "Enabled",
        "Suspended",
        "Disabled",
    ),
    ("aws:ec2/flowLog:FlowLog", "trafficType"): ("ACCEPT", "REJECT", "ALL"),
    ("aws:ecr/repository:Repository", "imageTagMutability"): (
        *("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"),
    ),
    ("aws:kms/key:Key", "keyUsage"): (
        *("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"),  # the last one for SM2 and ECC
    ),
    ("alicloud:log/store:Store", "encryptConf.encryptType"): ("default", "m4"),
    # A second sentence of the documentation names those that somebody has to confirm.
    ("aws:sns/topicSubscription:TopicSubscription", "protocol"): (
        *("sqs", "sms", "lambda", "firehose", "application", "email", "email-json", "http", "https"),
    ),
    ("aws:wafv2/webAcl:WebAcl", "scope"): ("CLOUDFRONT", "REGIONAL"),
    ("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "rule.objectOwnership"): (
        *("BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"),
    ),
}

_SENTENCE: Final = re.compile(
    r"(?<!ther )(?:Valid|Allowed|Possible|Supported|Available|The valid|The available)(?: optional)?"
    r" (?:values?|options?|inputs?)(?: for \S+)?(?: are| is|:| are:|: are)(?P<list>[^\n]*?)(?:\.(?=\s|$)|;|\n|$)",
    re.IGNORECASE,
)
#: Inputs whose values the cloud adds to without the documentation of a version of the SDK knowing.
_GROWS: Final = re.compile(r"(?:[vV]ersion|[fF]amily|[nN]ames?|[cC]lass|[eE]ngine|[rR]untime|[sS]ize|statusCode)s?$")

_VALUE: Final = re.compile(r"`\"?([^`\"]*)\"?`|\"([^\"]*)\"")


class Input(NamedTuple):
    """A scalar input of a type: its path without indices, its shape, what the SDK documents."""

    path: str
    shape: Shape
    documentation: str
    deprecated: bool


class Left(NamedTuple):
    """A list that was left out."""

    token: str
    path: str
    why: str
    values: Sequence[Any]


def inputs(arguments: type, prefix: str = "", above: frozenset[type] = frozenset()) -> Iterator[Input]:
    """The scalar inputs of a class of arguments at every depth; what contains itself is entered once."""
    from pulumi import _types

    known = properties_of(arguments)
    for python, wire in _types.input_type_py_to_pulumi_names(arguments).items():
        path = f"{prefix}.{wire}" if prefix else wire
        shape = known.shapes[wire]
        while shape.element is not None or shape.values is not None:
            shape = shape.element or shape.values or shape
        if shape.properties is not None and shape.properties not in above and path.count(".") + 1 < DEEPEST:
            yield from inputs(shape.properties, path, above | {shape.properties})
        elif shape.scalars:
            getter = inspect.getattr_static(arguments, python).fget
            getter = getattr(getter, "_pulumi_deprecated_callable", getter)
            yield Input(path, shape, inspect.cleandoc(getter.__doc__ or ""), wire in known.deprecated)


def documented(text: str) -> list[str] | None:
    """The values of the sentence "Valid values: ..." where it is a plain list of them; else None."""
    found = [match["list"] for match in _SENTENCE.finditer(text)]
    if len(found) != 1 or text.count("alid values") > 1:
        return None
    values = [first or second for first, second in _VALUE.findall(found[0])]
    rest = _VALUE.sub("", found[0])
    rest = re.sub(r"\(default\)|\(Default\)", "", rest)
    if len(values) < 2 or re.search(r"[A-Za-z0-9]", re.sub(r"\b(?:and|or|either)\b", "", rest)):
        return None
    if "" in values or len(set(values)) != len(values):
        return None
    if not set(re.findall(r"efaults?[^.`\n]{0,30}`\"?([^`\"]+)\"?`", text)) <= set(values):
        return None  # "Default is `NONE`. Other values ..."
    return values


def _more(text: str, values: Sequence[str]) -> bool:
    """Whether the documentation may name values beside the list: "`email` is also valid"; arguments' names are none."""
    quoted = {first or second for first, second in _VALUE.findall(text)} - set(values)
    others = {word for word in quoted if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+|true|false|\d+", word)}
    return bool(others) or re.search(r"\balso\b|partially", text) is not None


def doubt(values: Sequence[str], found: Input) -> str:
    """Why a list of the provider's validation is not to be relied on; "" where it is."""
    text = found.documentation
    words = set(re.findall(r"[\w.:/*+-]*[\w*]", text))
    if len(values) > MOST_VALUES:
        return "a catalogue"
    if len(set(values)) != len(values):
        return "a value twice: taken apart at blanks"
    for first, second in pairwise(values):
        if re.search(rf"(?<![\w-]){re.escape(first)} {re.escape(second)}(?![\w-])", text):
            return "taken apart at blanks"
    for quoted in re.findall(r"`([^`\n]{1,40})`", text):
        if " " in quoted.strip() and len(set(quoted.split()) & set(values)) > 0:
            return "a value with blanks"
    if "text" not in found.shape.scalars:
        if re.search(r"\d ?(?:-|~|to|and) ?\d|\[\d|between|range", text, re.IGNORECASE):
            return "numbers, and the documentation speaks of a range"
        if not set(values) <= words:
            return "numbers that the documentation does not name"
        return ""
    listed = documented(text)
    if listed is not None and not {value.lower() for value in listed} <= {value.lower() for value in values}:
        return "the documentation names others"
    return ""


def spellings(values: Sequence[str], text: str) -> list[str]:
    """The values, and the documentation's spelling of them where it differs in case: one of the two is right."""
    also = {
        word
        for word in re.findall(r"[`\"]([^`\"\s]+)[`\"]", text)
        if word not in values and word.lower() in {value.lower() for value in values}
    }
    return [*values, *sorted(also)]


def of_alicloud(token: str, left: list[Left]) -> Iterator[tuple[str, Sequence[Any]]]:
    """The allowed values of a type by the provider's validation: texts, or least and greatest number."""
    schema = loaded("alicloud")
    assert schema is not None
    constraints = schema["constraints"].get(names.terraform_type(token), {})
    arguments = arguments_class(token)
    if not constraints or arguments is None:
        return
    for found in inputs(arguments):
        constraint = constraints.get(names.attribute_path(token, found.path), {})
        if found.deprecated or not {"enum", "range"} & set(constraint):
            continue
        if {"enum", "range"} <= set(constraint):
            left.append(Left(token, found.path, "a list and a range: alternatives", constraint["enum"]))
        elif "enum" in constraint:
            values = [str(value) for value in constraint["enum"]]
            why = doubt(values, found)
            if why:
                left.append(Left(token, found.path, why, values))
            else:
                yield found.path, spellings(values, found.documentation)
        elif "text" not in found.shape.scalars:
            low, high = constraint["range"]
            numbers = [int(number) for number in re.findall(r"(?<![\w.])-?\d{1,9}(?![\w.])", found.documentation)]
            if low is None or high is None:
                left.append(Left(token, found.path, "open to one side", (low, high)))
            elif any(number < low or number > high for number in numbers):
                left.append(Left(token, found.path, "the documentation names numbers beyond the range", (low, high)))
            else:
                yield found.path, (low, high)


def of_aws(token: str) -> Iterator[tuple[str, Sequence[Any]]]:
    """The allowed values of a type by its documentation."""
    arguments = arguments_class(token)
    if arguments is None:
        return
    for found in inputs(arguments):
        values = documented(found.documentation)
        if (
            values is None
            or _more(found.documentation, values)
            or found.deprecated
            or "text" not in found.shape.scalars
            or len(values) > MOST_VALUES
        ):
            continue
        if _GROWS.search(found.path) or any(re.search(r"[ *<{]|\dXX$", value) for value in values):
            continue
        yield found.path, values


def wanted(cloud: str) -> list[str]:
    """The tokens of a cloud that rules read or components make."""
    read = {kind for _, kind, _ in declared()}
    for rule in all_rules():
        read.update(rule.checks)
    return [
        token
        for token in sorted(classes(cloud))
        if token.split(":")[1].partition("/")[0] in MODULES[cloud] or names.terraform_type(token) in read
    ]


def compiled(left: list[Left]) -> str:
    """The file's text."""
    warnings.simplefilter("ignore")  # deprecated classes say so when they are imported
    types: dict[str, dict[str, int]] = {}
    lists: list[Sequence[Any]] = []
    places: dict[str, int] = {}

    def keep(token: str, path: str, values: Sequence[Any]) -> None:
        text = json.dumps(list(values))
        if text not in places:
            places[text] = len(lists)
            lists.append(list(values))
        types.setdefault(token, {})[path] = places[text]

    for token in wanted("alicloud"):
        for path, values in of_alicloud(token, left):
            keep(token, path, values)
    for token in wanted("aws"):
        for path, values in of_aws(token):
            keep(token, path, values)
    for (token, path), values in BY_HAND.items():
        keep(token, path, values)
    return json.dumps({"lists": lists, "types": types}, separators=(",", ":"), ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write, check or report."""
    if loaded("alicloud") is None:
        sys.stderr.write("COMPLIANT_INFRA_SCHEMAS does not name a folder with the providers' schemas\n")
        return 2
    left: list[Left] = []
    text = compiled(left)
    if "--report" in arguments:
        for entry in left:
            sys.stdout.write(f"{entry.token} {entry.path}: {entry.why}: {', '.join(map(str, entry.values[:8]))}\n")
        return 0
    if "--check" in arguments:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
