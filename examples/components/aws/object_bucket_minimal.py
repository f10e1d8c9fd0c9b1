"""A private, encrypted bucket with its log bucket, and a replica in the other region in China."""

import pulumi

from compliant_infra.components.aws import ObjectBucket

settings = pulumi.Config("compliant-infra")

documents = ObjectBucket(
    "documents",
    {
        "bucket": "acme-documents",
        "account_id": settings.require("accountId"),
        "standby": {"region": settings.require("standbyRegion")},
    },
)

pulumi.export("bucket", documents.bucket_name)
