"""Customer keys with replicas in the second region, managed, used and audited by different people."""

import pulumi

from compliant_infra.components.aws import KeyRing

settings = pulumi.Config("compliant-infra")
account = settings.require("accountId")

keys = KeyRing(
    "keys",
    {
        "account_id": account,
        "administrators": [f"arn:aws-cn:iam::{account}:role/key-administrator"],
        "users": [f"arn:aws-cn:iam::{account}:role/payments"],
        "auditors": [f"arn:aws-cn:iam::{account}:role/auditor"],
        "policy_statements": {
            "data": [
                {
                    "Sid": "AutoScaling",
                    "Effect": "Allow",
                    "Principal": {
                        "AWS": f"arn:aws-cn:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/"
                        "AWSServiceRoleForAutoScaling"
                    },
                    "Action": ["kms:CreateGrant"],
                    "Resource": "*",
                    "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
                }
            ]
        },
        "alias_prefix": "payments",
        "standby": {"region": settings.require("standbyRegion")},
        "tags": {"owner": "security@example.com"},
        "overrides": {"data-key": {"rotation_period_in_days": 180}},
    },
)

pulumi.export("data-key", keys.data_key_arn)
pulumi.export("standby-data-key", keys.standby_data_key_arn)
pulumi.export("sign-key", keys.sign_key_arn)
