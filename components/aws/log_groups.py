"""Log groups of components that are used alone: encrypted, kept for as long as demanded."""

from typing import Any, Final

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key

#: The days for which CloudWatch Logs can keep logs.
RETENTION_STEPS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def group_arn(component: AwsComponent, account_id: str, name: str, region: str = "") -> str:
    """The ARN of a log group of the component's account and region, or of another region."""
    return f"arn:aws-cn:logs:{region or component.region}:{account_id}:log-group:{name}"


def logs_statement(component: AwsComponent, account_id: str, name: str, region: str = "") -> dict[str, Any]:
    """The statement of a key policy that lets CloudWatch Logs encrypt a group of this name, or pattern of names."""
    return {
        "Sid": "CloudWatchLogs",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{region or component.region}.amazonaws.com.cn"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": group_arn(component, account_id, name, region)}
        },
    }


def log_key(
    component: AwsComponent, account_id: str, name: str, kms_key_arn: pulumi.Input[str] | None
) -> pulumi.Input[str] | None:
    """The key of a log group: the one that is given, else an own one (``log-key``) where the baseline asks for one."""
    if kms_key_arn is not None or not component.hardening.demands("log-encrypted"):
        return kms_key_arn
    return own_key(component, "log-key", "Log key", account_id, [logs_statement(component, account_id, name)])


def own_group(
    component: AwsComponent,
    suffix: str,
    name: str,
    kms_key_arn: pulumi.Input[str] | None,
    provider: pulumi.ProviderResource | None = None,
) -> Any:
    """A log group of this name that keeps logs for as long as the baseline asks, and outlives the stack."""
    return component.make(
        aws.cloudwatch.LogGroup,
        suffix,
        {
            "name": name,
            "retention_in_days": component.hardening.at_least("log-retention-days", RETENTION_STEPS),
            "kms_key_id": kms_key_arn,
            "log_group_class": "STANDARD",
        },
        holds_data=True,
        retain=True,
        provider=provider,
    )
