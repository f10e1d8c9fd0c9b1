"""A private, encrypted bucket with its log bucket, and a replica in a second region."""

import pulumi

from compliant_infra.components.alicloud import ObjectBucket

settings = pulumi.Config("compliant-infra")

documents = ObjectBucket(
    "documents",
    {
        "bucket": "acme-documents",
        "kms_key_id": settings.require("kmsKeyId"),
        "standby": {
            "region": settings.require("standbyRegion"),
            "kms_key_id": settings.require("standbyKmsKeyId"),
        },
    },
)

pulumi.export("bucket", documents.bucket_name)
