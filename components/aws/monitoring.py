"""Monitoring: somebody is told when the account, a server or a database is not as it should be."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError

#: Where the metrics stand that are made of events.
NAMESPACE = "CompliantInfra/Audit"

#: Percent at which a processor is an alarm, and for how many periods of five minutes it lasts.
BUSY_PERCENT = 90
BUSY_TIMES = 3
PERIOD_SECONDS = 300

#: Bytes below which the disk of a database is an alarm.
LEAST_STORAGE = 10 * 1024**3

#: Services that publish with the key of the topic.
EVENTS = "events.amazonaws.com"
PUBLISHERS = ("cloudwatch.amazonaws.com", EVENTS)


def _events(*names: str) -> str:
    """A pattern for events by name."""
    return " || ".join(f"($.eventName = {name})" for name in names)


#: What the trail of the account is searched for: short name -> (title, pattern).
WATCHED: Mapping[str, tuple[str, str]] = {
    "denied-calls": (
        "Calls without permission",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    ),
    "sign-ins-without-mfa": (
        "Sign-ins without a second factor",
        '{ ($.eventName = ConsoleLogin) && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.responseElements.ConsoleLogin = "Success") }',
    ),
    "privileges": (
        "Users, keys or permissions changed",
        "{ "
        + _events(
            "CreateUser",
            "CreateAccessKey",
            "CreateLoginProfile",
            "UpdateLoginProfile",
            "DeactivateMFADevice",
            "AttachUserPolicy",
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "PutUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
            "UpdateAssumeRolePolicy",
            "UpdateAccountPasswordPolicy",
            "DeleteAccountPasswordPolicy",
        )
        + " }",
    ),
    "audit-trail": (
        "The audit trail or the recorder was touched",
        "{ "
        + _events(
            "StopLogging",
            "DeleteTrail",
            "UpdateTrail",
            "PutEventSelectors",
            "DeleteLogGroup",
            "StopConfigurationRecorder",
            "DeleteConfigurationRecorder",
            "DeleteDeliveryChannel",
            "DeleteDetector",
        )
        + " }",
    ),
    "keys": (
        "A key is going to be deleted or was disabled",
        "{ ($.eventSource = kms.amazonaws.com) && ("
        + _events("DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy", "DisableKeyRotation")
        + ") }",
    ),
    "buckets": (
        "Who may reach a bucket changed",
        "{ ($.eventSource = s3.amazonaws.com) && ("
        + _events(
            "PutBucketPolicy",
            "DeleteBucketPolicy",
            "PutBucketAcl",
            "PutBucketPublicAccessBlock",
            "DeleteBucketPublicAccessBlock",
            "PutBucketReplication",
            "PutBucketLifecycle",
        )
        + ") }",
    ),
    "network": (
        "Network rules changed",
        "{ "
        + _events(
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "CreateNetworkAclEntry",
            "ReplaceNetworkAclEntry",
            "DeleteNetworkAclEntry",
            "CreateRoute",
            "ReplaceRoute",
            "DeleteRoute",
            "AttachInternetGateway",
            "CreateVpcPeeringConnection",
        )
        + " }",
    ),
}

#: Events on the bus: short name -> (title, pattern).
BUS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "findings": (
        "GuardDuty has found a threat",
        {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", 4]}]},
        },
    ),
    "health": (
        "AWS reports trouble with resources of the account",
        {"source": ["aws.health"], "detail-type": ["AWS Health Event"]},
    ),
    "violations": (
        "A rule of Config is violated",
        {
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}},
        },
    ),
    "instances": (
        "A server was stopped or terminated",
        {
            "source": ["aws.ec2"],
            "detail-type": ["EC2 Instance State-change Notification"],
            "detail": {"state": ["stopped", "terminated"]},
        },
    ),
}


def publisher_key_statements(account_id: str) -> list[dict[str, Any]]:
    """The statements of the policy of a key by which alarms and events are published to a topic with that key."""
    return _publishers(account_id, ["kms:GenerateDataKey*", "kms:Decrypt"], "*")


def _publishers(account_id: str, action: str | list[str], resource: str) -> list[dict[str, Any]]:
    """What publishers may do. EventBridge does not tell for whom it publishes: under a condition nothing arrives."""
    return [
        {
            "Sid": service.partition(".")[0].capitalize(),
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": action,
            "Resource": resource,
            **({} if service == EVENTS else {"Condition": {"StringEquals": {"aws:SourceAccount": account_id}}}),
        }
        for service in PUBLISHERS
    ]


class MonitoringArgs(CommonArgs):
    """Arguments of Monitoring."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    log_group: pulumi.Input[str]
    """Name of the log group with the events of the account: ``log_group_name`` of AuditTrail, for which the filters
    wait, or its ``log_group``."""
    mails: NotRequired[list[str]]
    """Addresses that are told; each confirms it by a link in a mail."""
    topic_arn: NotRequired[str]
    """SNS topic that is there already, open to CloudWatch and EventBridge; an own one is made without it."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the topic, open to CloudWatch and EventBridge; an own one without it."""
    server_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Servers whose processor and health are watched."""
    database_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """RDS instances whose processor and disk are watched."""


class Monitoring(AwsComponent):
    """A topic, alarms on the load of servers and databases, on threats, and on what happens in the account.

    Serves 8.1.5.4 c and f (central monitoring, alarms on security events), 8.2.3.2 d and 8.2.4.3 b (attacks are told)
    of GB/T 22239-2019. From level 3 on, the trail of the account is searched for changes of privileges, keys, network,
    buckets and audit, for refused calls and for failed sign-ins.

    Left to do: the addresses are confirmed; somebody answers the alarms.
    """

    topic_arn: pulumi.Output[str]
    """ARN of the topic that alarms are told to."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, MonitoringArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        if not given.get("mails") and "topic_arn" not in given:
            raise ComponentError(f"Monitoring {name!r} tells nobody: give mails or topic_arn")
        self._topic_arn = given.get("topic_arn") or (
            f"arn:aws-cn:sns:{self.region}:{self.account_id}:{self.component_name}-alarms"
        )
        self.topic = self._topic() if "topic_arn" not in given else None
        for index, mail in enumerate(given.get("mails") or []):
            self.make(
                aws.sns.TopicSubscription,
                f"mail-{index}",
                {"topic": self._topic_arn, "protocol": "email", "endpoint": mail},
                depends_on=self._after(),
            )
        for index, server in enumerate(given.get("server_ids") or []):
            self._load("AWS/EC2", "CPUUtilization", f"server-{index}-cpu", {"InstanceId": server}, BUSY_PERCENT)
            self._load("AWS/EC2", "StatusCheckFailed", f"server-{index}-health", {"InstanceId": server}, 1, "Maximum")
        for index, database in enumerate(given.get("database_ids") or []):
            dimension = {"DBInstanceIdentifier": database}
            self._load("AWS/RDS", "CPUUtilization", f"database-{index}-cpu", dimension, BUSY_PERCENT)
            self._load(
                "AWS/RDS", "FreeStorageSpace", f"database-{index}-disk", dimension, LEAST_STORAGE, "Minimum", less=True
            )
        for suffix, (title, event) in BUS.items():
            self._bus(suffix, title, event)
        if self.hardening.demands("alert-on-events"):
            for suffix, (title, pattern) in WATCHED.items():
                self._search(suffix, title, pattern, 1)
            self._search(
                "failed-sign-ins",
                "Failed sign-ins",
                '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
                self.hardening.number("login-max-failures"),
            )
        self.topic_arn = pulumi.Output.from_input(self._topic_arn if self.topic is None else self.topic.arn)
        self.finish({"topic_arn": self.topic_arn})

    # -- who is told ---------------------------------------------------------------------------------------------

    def _after(self) -> Sequence[pulumi.Resource]:
        return [] if self.topic is None else [self.topic]

    def _topic(self) -> Any:
        key = self.args.get("kms_key_arn")
        if key is None:
            key = own_key(self, "key", "Key of the alarms", self.account_id, publisher_key_statements(self.account_id))
        return self.make(
            aws.sns.Topic,
            "topic",
            {
                "name": f"{self.component_name}-alarms",
                "kms_master_key_id": key,
                "policy": json.dumps(
                    {
                        "Version": "2012-10-17",
                        "Statement": _publishers(self.account_id, "sns:Publish", self._topic_arn),
                    }
                ),
            },
        )

    # -- what is watched -----------------------------------------------------------------------------------------

    def _alarm(self, suffix: str, title: str, inputs: Mapping[str, Any]) -> None:
        self.make(
            aws.cloudwatch.MetricAlarm,
            suffix,
            {
                "name": f"{self.component_name}-{suffix}",
                "alarm_description": title,
                "comparison_operator": "GreaterThanOrEqualToThreshold",
                "period": PERIOD_SECONDS,
                "actions_enabled": True,
                "alarm_actions": [self._topic_arn],
                **inputs,
            },
            depends_on=self._after(),
        )

    def _load(
        self,
        namespace: str,
        metric: str,
        suffix: str,
        dimensions: Mapping[str, pulumi.Input[str]],
        threshold: int,
        statistic: str = "Average",
        *,
        less: bool = False,
    ) -> None:
        """An alarm on a metric of a resource that is too high, or too low where ``less``."""
        self._alarm(
            suffix,
            f"{metric} of {suffix.rpartition('-')[0]}",
            {
                "namespace": namespace,
                "metric_name": metric,
                "dimensions": dict(dimensions),
                "statistic": statistic,
                "threshold": threshold,
                "evaluation_periods": BUSY_TIMES,
                "comparison_operator": "LessThanOrEqualToThreshold" if less else "GreaterThanOrEqualToThreshold",
                # A resource that says nothing is as bad as one that is busy.
                "treat_missing_data": "breaching",
                "ok_actions": [self._topic_arn],
            },
        )

    def _search(self, suffix: str, title: str, pattern: str, times: int) -> None:
        """A metric of what the trail shows, and the alarm when it happens so many times within five minutes."""
        metric = f"{self.component_name}-{suffix}"
        self.make(
            aws.cloudwatch.LogMetricFilter,
            f"{suffix}-filter",
            {
                "name": metric,
                "log_group_name": self.args["log_group"],
                "pattern": pattern,
                "metric_transformation": {"name": metric, "namespace": NAMESPACE, "value": "1", "default_value": "0"},
            },
        )
        self._alarm(
            f"{suffix}-alarm",
            title,
            {
                "namespace": NAMESPACE,
                "metric_name": metric,
                "statistic": "Sum",
                "threshold": times,
                "evaluation_periods": 1,
                "treat_missing_data": "notBreaching",
            },
        )

    def _bus(self, suffix: str, title: str, event: Mapping[str, Any]) -> None:
        name = f"{self.component_name}-{suffix}"
        rule = self.make(
            aws.cloudwatch.EventRule,
            f"{suffix}-rule",
            {
                "name": name,
                "description": title,
                "event_pattern": json.dumps(event),
                "state": "ENABLED",
            },
        )
        self.make(
            aws.cloudwatch.EventTarget,
            f"{suffix}-target",
            {"rule": rule.name, "target_id": "alarms", "arn": self._topic_arn},
            depends_on=self._after(),
        )
