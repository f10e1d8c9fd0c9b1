"""Whether a bucket keeps former versions of its objects: an attribute of its own or a companion resource says so."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.logic import any_of, attribute, linked

OSS_VERSIONED: Final = any_of(
    attribute("versioning.status").equals("Enabled"),
    linked("alicloud_oss_bucket_versioning", by="bucket", that=attribute("status").equals("Enabled")),
)
S3_VERSIONED: Final = any_of(
    linked(
        "aws_s3_bucket_versioning",
        by="bucket",
        that=attribute("versioning_configuration.status").equals("Enabled"),
    ),
    attribute("versioning.enabled").is_true(default=False),
)
COS_VERSIONED: Final = any_of(
    attribute("versioning_enable").is_true(default=False),
    linked("tencentcloud_cos_bucket_version", by="bucket", that=attribute("status").equals("Enabled")),
)
