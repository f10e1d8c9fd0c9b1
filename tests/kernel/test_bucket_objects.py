"""Resource patterns of bucket policies, held against one bucket."""

from __future__ import annotations

from typing import Any

import pytest

from compliant_infra.kernel.bucket_objects import BucketObjects
from compliant_infra.kernel.model import OneOf, Reference, Unknown

NAME = Unknown("no-value", "var.name")
OTHER_VARIABLE = Unknown("no-value", "var.other")


def reference(address: str, attribute: str = "arn") -> Unknown:
    return Unknown("known-after-apply", f"{address}.{attribute}", reference=Reference(address, attribute))


def text(*parts: Any) -> Unknown:
    return Unknown("no-value", "template", parts=parts)


OWN = reference("aws_s3_bucket.b")
OTHER = reference("aws_s3_bucket.other")
KNOWN = BucketObjects("b", "aws_s3_bucket.b")
COMPUTED = BucketObjects(None, "aws_s3_bucket.b")
PREFIXED = BucketObjects(None, "aws_s3_bucket.b", "app-")
VARIABLE = BucketObjects(NAME, "aws_s3_bucket.b")
TEMPLATE = BucketObjects(text("app-", NAME), "aws_s3_bucket.b")
COS = BucketObjects("b-1250000000", "tencentcloud_cos_bucket.b")


def shown(answer: Any) -> Any:
    return "?" if isinstance(answer, (Unknown, OneOf)) else answer


@pytest.mark.parametrize(
    ("objects", "pattern", "expected"),
    [
        (KNOWN, "*", True),
        (KNOWN, "arn:aws-cn:s3:::b/*", True),
        (KNOWN, "arn:aws-cn:s3:::b*", True),
        (KNOWN, "arn:aws-cn:s3:::*/*", True),
        (KNOWN, "arn:aws-cn:s3:::*", True),
        (KNOWN, "acs:oss:cn-beijing:1234:b/*", True),
        (KNOWN, "acs:oss:*:*:*", True),
        (KNOWN, "arn:aws-cn:s3:::b", False),
        (KNOWN, "arn:aws-cn:s3:::b/logs/*", False),
        (KNOWN, "arn:aws-cn:s3:::b/*.tmp*", False),
        (KNOWN, "arn:aws-cn:s3:::b/?", False),
        (KNOWN, "arn:aws-cn:s3:::other/*", False),
        (KNOWN, "arn:aws-cn:s3:::bb*", False),
        (KNOWN, "arn:aws-cn:kms:::b/*", False),
        (KNOWN, "acs:oss:*:*:other/*", False),
        (KNOWN, "b/*", False),
        (KNOWN, OWN, False),
        (KNOWN, text(OWN, "/*"), True),
        (KNOWN, text(OWN, "*"), True),
        (KNOWN, text(OWN, "/logs/*"), False),
        (KNOWN, text(OWN, "/", NAME, "*"), "?"),
        (KNOWN, text(OTHER, "/*"), False),
        (KNOWN, text("arn:", NAME, ":s3:::b/*"), True),
        (KNOWN, text("arn:", NAME, ":s3:::other/*"), False),
        (KNOWN, text("arn:aws:s3:::", NAME, "/*"), "?"),
        (KNOWN, text("arn:aws:s3:::", NAME, "/logs/*"), False),
        (KNOWN, text(NAME, "/*"), "?"),
        (KNOWN, text(NAME, "/logs/*"), False),
        (KNOWN, NAME, "?"),
        (KNOWN, text(reference("data.aws_s3_bucket.b"), "/*"), "?"),
        (KNOWN, OneOf(["arn:aws:s3:::b/*", "*"], NAME), True),
        (KNOWN, OneOf(["arn:aws:s3:::b/*", "arn:aws:s3:::b"], NAME), "?"),
        (COMPUTED, text(OWN, "/*"), True),
        (COMPUTED, text("arn:aws:s3:::", reference("aws_s3_bucket.b", "id"), "/*"), True),
        (COMPUTED, text(OWN, "/logs/*"), False),
        (COMPUTED, text(OTHER, "/*"), False),
        (COMPUTED, text("arn:aws:s3:::", reference("aws_s3_bucket.other", "id"), "/*"), False),
        (COMPUTED, "arn:aws:s3:::other/*", "?"),
        (COMPUTED, "arn:aws:s3:::other", False),
        (PREFIXED, "arn:aws:s3:::other/*", False),
        (PREFIXED, "arn:aws:s3:::app-1/*", "?"),
        (PREFIXED, "arn:aws:s3:::app-*", True),
        (VARIABLE, text("arn:aws:s3:::", NAME, "/*"), True),
        (VARIABLE, text("arn:aws:s3:::", OTHER_VARIABLE, "/*"), "?"),
        (TEMPLATE, text("arn:aws:s3:::app-", NAME, "/*"), True),
        (TEMPLATE, text("arn:aws:s3:::logs-", NAME, "/*"), False),
        (COS, "qcs::cos:ap-beijing:uid/1250000000:b-1250000000/*", True),
        (COS, text("qcs::cos:ap-beijing:uid/", NAME, ":b-1250000000/*"), True),
        (COS, "qcs::cos:ap-beijing:uid/1250000000:prefix//1250000000/b/*", True),
        (COS, "qcs::cos:ap-beijing:uid/1250000000:prefix//1250000000/b/logs/*", False),
        (COS, "qcs::cos:ap-beijing:uid/1250000000:c-1250000000/*", False),
    ],
)
def test_all_objects(objects: BucketObjects, pattern: Any, expected: Any) -> None:
    assert shown(objects.covered_by(pattern)) == expected


def test_what_names_a_bucket_of_elsewhere() -> None:
    data = BucketObjects.named_by(reference("data.aws_s3_bucket.b", "id"))
    assert data.covered_by(text(reference("data.aws_s3_bucket.b"), "/*")) is True
    assert data.covered_by(text(reference("data.aws_s3_bucket.b"), "/logs/*")) is False
    assert BucketObjects.named_by("b").covered_by("acs:oss:*:*:c/*") is False
    assert BucketObjects.named_by(NAME).covered_by(text("acs:oss:*:*:", NAME, "/*")) is True
