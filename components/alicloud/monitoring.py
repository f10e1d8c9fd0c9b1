"""Monitoring: somebody is told when the account, a server or a database is not as it should be."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.component import CommonArgs, ComponentError

#: The region whose endpoint takes users and action policies of alerts, for all regions of the mainland.
RECORD_REGION = "cn-heyuan"

#: Products whose system events are told: failures, maintenance, changes of state.
EVENT_PRODUCTS = ("ecs",)

#: Percent at which a metric is an alarm, and for how many periods of five minutes it lasts.
BUSY_PERCENT = 90
BUSY_TIMES = 3
PERIOD_SECONDS = 300

#: Seconds after which an alarm that goes on is told again.
SILENCE_SECONDS = 3600

#: Metrics of Cloud Monitor by the kind of resource: (namespace, metric, short name), all in percent.
SERVER_METRICS = (
    ("acs_ecs_dashboard", "CPUUtilization", "server-cpu"),
    ("acs_ecs_dashboard", "memory_usedutilization", "server-memory"),
    ("acs_ecs_dashboard", "diskusage_utilization", "server-disk"),
)
DATABASE_METRICS = (
    ("acs_rds_dashboard", "CpuUsage", "database-cpu"),
    ("acs_rds_dashboard", "DiskUsage", "database-disk"),
    ("acs_rds_dashboard", "ConnectionUsage", "database-connections"),
)

#: Severities of Log Service's alerts.
HIGH, CRITICAL = 8, 10


def _events(*names: str) -> str:
    """A search for events by name."""
    return " or ".join(f"event.eventName: {name}" for name in names)


#: What the trail of the account is searched for: short name -> (title, search, severity).
WATCHED: Mapping[str, tuple[str, str, int]] = {
    "root-use": (
        "The root user changed something",
        'event.userIdentity.type: "root-account" and event.eventRW: Write',
        HIGH,
    ),
    "privileges": (
        "Users, keys or permissions changed",
        "event.serviceName: Ram and ("
        + _events(
            "CreateUser",
            "CreateAccessKey",
            "CreateLoginProfile",
            "UpdateLoginProfile",
            "AttachPolicyToUser",
            "AttachPolicyToGroup",
            "AttachPolicyToRole",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
            "UpdateRole",
            "SetSecurityPreference",
            "SetPasswordPolicy",
            "UnbindMFADevice",
        )
        + ")",
        HIGH,
    ),
    "denied-calls": (
        "Calls without permission",
        'event.errorCode: "NoPermission" or event.errorCode: "Forbidden.RAM"',
        HIGH,
    ),
    "audit-trail": (
        "The audit trail or its stores were touched",
        _events("StopLogging", "DeleteTrail", "UpdateTrail", "DeleteLogStore", "DeleteProject", "UpdateLogStore"),
        CRITICAL,
    ),
    "keys": (
        "A key is going to be deleted or was disabled",
        "event.serviceName: Kms and ("
        + _events("ScheduleKeyDeletion", "DisableKey", "DeleteKeyMaterial", "SetDeletionProtection", "DeleteSecret")
        + ")",
        CRITICAL,
    ),
    "network": (
        "Network rules changed",
        _events(
            "AuthorizeSecurityGroup",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroup",
            "ModifySecurityGroupRule",
            "UpdateNetworkAclEntries",
            "CreateRouteEntry",
            "DeleteRouteEntry",
            "AssociateEipAddress",
        ),
        HIGH,
    ),
}


class AlarmContact(TypedDict):
    """Somebody who is told."""

    name: str
    """Name, 2 to 40 characters."""
    mail: str
    """Address; the person has to confirm it by a link in a mail."""
    mobile: NotRequired[str]
    """Mobile number in China for text messages; the person has to confirm it."""


class MonitoringArgs(CommonArgs):
    """Arguments of Monitoring."""

    log_project: pulumi.Input[str]
    """Name of the log project with the events of the account: ``log_project_name`` of AuditTrail, for which the alerts
    wait, or its ``log_project``."""
    log_store: pulumi.Input[str]
    """Name of the log store with the events of the account: ``log_store_name`` of AuditTrail, for which the alerts
    wait, or its ``log_store``."""
    contacts: NotRequired[list[AlarmContact]]
    """Who is told; they become a contact group."""
    contact_groups: NotRequired[list[str]]
    """Names of contact groups that are there already."""
    action_policy_id: NotRequired[str]
    """Action policy of Log Service that is there already; one that writes to the contacts is made without it."""
    server_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Servers whose processor, memory and disks are watched."""
    database_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """RDS instances whose processor, disk and connections are watched."""
    event_products: NotRequired[list[str]]
    """Products whose system events are told; ``ecs`` without it."""
    record_provider: NotRequired[alicloud.Provider]
    """Provider configuration of cn-heyuan, which takes users and action policies; an own one without it."""


class Monitoring(AlicloudComponent):
    """Contacts, alarms on the load of servers and databases, on system events, and on what happens in the account.

    Serves 8.1.5.4 c and f (central monitoring, alarms on security events), 8.2.3.2 d and 8.2.4.3 b (attacks are told)
    of GB/T 22239-2019. From level 3 on, the trail of the account is searched for changes of privileges, keys, network
    and audit, for use of the root user, for refused calls and for failed sign-ins.

    Left to do: the contacts confirm their addresses; somebody answers the alarms.
    """

    contact_group_names: list[str]
    """Names of the contact groups that are told."""
    action_policy_id: str
    """Action policy by which alerts of Log Service are told; empty below level 3."""

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, MonitoringArgs)
        given: Mapping[str, Any] = self.args
        contacts: list[AlarmContact] = list(given.get("contacts") or [])
        self.contact_group_names = list(given.get("contact_groups") or [])
        if not contacts and not self.contact_group_names:
            raise ComponentError(f"Monitoring {name!r} tells nobody: give contacts or contact_groups")
        self._after: list[pulumi.Resource] = []
        if contacts:
            self._contact_group(contacts)
        for product in given.get("event_products") or EVENT_PRODUCTS:
            self._system_events(product)
        self._metrics(SERVER_METRICS, given.get("server_ids") or [])
        self._metrics(DATABASE_METRICS, given.get("database_ids") or [])
        self.action_policy_id = ""
        if self.hardening.demands("alert-on-events"):
            policy = self._alert_policy(contacts)
            self.action_policy_id = policy.get("action_policy_id", "")
            for watched, (title, search, severity) in WATCHED.items():
                self._log_alert(watched, title, search, severity, 1, policy)
            self._log_alert(
                "failed-sign-ins",
                "Failed sign-ins",
                "event.eventName: ConsoleSignin and event.errorCode: *",
                HIGH,
                self.hardening.number("login-max-failures"),
                policy,
            )
        self.finish({"contact_group_names": self.contact_group_names, "action_policy_id": self.action_policy_id})

    # -- who is told ---------------------------------------------------------------------------------------------

    def _contact_group(self, contacts: Sequence[AlarmContact]) -> None:
        people = []
        for index, contact in enumerate(contacts):
            person = self.make(
                alicloud.cms.AlarmContact,
                f"contact-{index}",
                {
                    "alarm_contact_name": contact["name"],
                    "describe": f"Told by {self.component_name}",
                    "channels_mail": contact["mail"],
                    "channels_sms": contact.get("mobile"),
                    "lang": "zh-cn",
                },
            )
            people.append(person)
        group = self.make(
            alicloud.cms.AlarmContactGroup,
            "contact-group",
            {
                "alarm_contact_group_name": f"{self.component_name}-contacts",
                "describe": "Told of security events",
                "contacts": [contact["name"] for contact in contacts],
                "enable_subscribed": True,
            },
            depends_on=people,
        )
        self._after.append(group)
        self.contact_group_names.append(f"{self.component_name}-contacts")

    def _alert_policy(self, contacts: Sequence[AlarmContact]) -> dict[str, str]:
        """How alerts of Log Service are told: by the action policy that is given, or by one that writes to contacts."""
        # The built-in policy "dynamic" leaves it to each alert to name the action policy.
        dynamic = {"alert_policy_id": "sls.builtin.dynamic", "repeat_interval": "4h"}
        policy_id = self.args.get("action_policy_id")
        if policy_id is not None:
            return {**dynamic, "action_policy_id": policy_id}
        if not contacts:
            raise ComponentError(
                f"Monitoring {self.component_name!r}: alerts of Log Service do not know contact groups of Cloud "
                "Monitor: give contacts or action_policy_id"
            )
        if not self.may_use(RECORD_REGION):
            self.cannot(
                "alert-on-events",
                "contacts of log alerts",
                f"the endpoint that takes them is documented for {RECORD_REGION} only, which the baseline does not "
                "allow; the built-in policy tells them: set its contacts in the console of Log Service, or give "
                "action_policy_id",
            )
            return {"alert_policy_id": "sls.builtin", "repeat_interval": "4h"}
        return {**dynamic, "action_policy_id": self._action_policy(contacts)}

    def _action_policy(self, contacts: Sequence[AlarmContact]) -> str:
        provider = self.provider_for(RECORD_REGION, self.args.get("record_provider"), "record-provider")
        users, people = [], []
        for index, contact in enumerate(contacts):
            user = f"{self.component_name}-{index}"
            value: dict[str, Any] = {
                "user_id": user,
                "user_name": contact["name"],
                "email": [contact["mail"]],
                "country_code": "86",
                "phone": contact.get("mobile", ""),
                "enabled": True,
                "sms_enabled": "mobile" in contact,
                "voice_enabled": False,
            }
            people.append(
                self._record(f"alert-user-{index}", "sls.common.user", user, contact["name"], value, provider)
            )
            users.append(user)
        name = f"{self.component_name}-alerts"
        channels = ["email", *(["sms"] if any("mobile" in contact for contact in contacts) else [])]
        script = "\n".join(
            f'fire(type="{channel}", users={json.dumps(users)}, groups=[], '
            'template_id="sls.app.actiontrail.builtin.cn", period="any")'
            for channel in channels
        )
        policy = self._record(
            "action-policy",
            "sls.alert.action_policy",
            name,
            name,
            {
                "action_policy_id": name,
                "action_policy_name": name,
                "labels": {},
                "is_default": False,
                "primary_policy_script": script,
                "secondary_policy_script": script,
                "escalation_start_enabled": False,
                "escalation_start_timeout": "10s",
                "escalation_inprogress_enabled": False,
                "escalation_inprogress_timeout": "10s",
                "escalation_enabled": False,
                "escalation_timeout": "4h0m0s",
            },
            provider,
            people,
        )
        self._after.append(policy)
        return name

    def _record(
        self,
        suffix: str,
        kind: str,
        record: str,
        tag: str,
        value: Mapping[str, Any],
        provider: pulumi.ProviderResource,
        depends_on: Sequence[pulumi.Resource] = (),
    ) -> pulumi.Resource:
        made: pulumi.Resource = self.make(
            alicloud.log.ResourceRecord,
            suffix,
            {"resource_name_": kind, "record_id": record, "tag": tag, "value": json.dumps(value)},
            provider=provider,
            depends_on=depends_on,
        )
        return made

    # -- what is watched -----------------------------------------------------------------------------------------

    def _system_events(self, product: str) -> None:
        self.make(
            alicloud.cms.EventRule,
            f"{product}-events",
            {
                "rule_name": f"{self.component_name}-{product}-events",
                "description": f"System events of {product}",
                "status": "ENABLED",
                "silence_time": SILENCE_SECONDS,
                "event_pattern": {
                    "product": product,
                    "level_lists": ["CRITICAL", "WARN"],
                    "event_type_lists": ["*"],
                },
                "contact_parameters": [
                    # The identifier of a recipient within the rule, and the notification by mail and text message.
                    {"contact_parameters_id": str(index + 1), "contact_group_name": group, "level": "3"}
                    for index, group in enumerate(self.contact_group_names)
                ],
            },
            depends_on=self._after[:1],
        )

    def _metrics(self, metrics: Sequence[tuple[str, str, str]], ids: Sequence[pulumi.Input[str]]) -> None:
        if not ids:
            return
        for namespace, metric, suffix in metrics:
            self.make(
                alicloud.cms.Alarm,
                suffix,
                {
                    "name": f"{self.component_name}-{suffix}",
                    "project": namespace,
                    "metric": metric,
                    "metric_dimensions": pulumi.Output.json_dumps([{"instanceId": item} for item in ids]),
                    "period": PERIOD_SECONDS,
                    "silence_time": SILENCE_SECONDS,
                    "effective_interval": "00:00-23:59",
                    "enabled": True,
                    "contact_groups": self.contact_group_names,
                    "escalations_critical": {
                        "statistics": "Average",
                        "comparison_operator": ">=",
                        "threshold": str(BUSY_PERCENT),
                        "times": BUSY_TIMES,
                    },
                },
                depends_on=self._after[:1],
            )

    def _log_alert(
        self, suffix: str, title: str, search: str, severity: int, times: int, policy: Mapping[str, str]
    ) -> None:
        """An alert on events of the account that occur at least so many times within five minutes."""
        self.make(
            alicloud.log.Alert,
            f"alert-{suffix}",
            {
                "version": "2.0",
                "type": "default",
                "project_name": self.args["log_project"],
                "alert_name": f"{self.component_name}-{suffix}",
                "alert_displayname": title,
                "alert_description": f"{title}: events of the account",
                "schedule": {"type": "FixedRate", "interval": "5m"},
                "query_lists": [
                    {
                        "store": self.args["log_store"],
                        "store_type": "log",
                        "project": self.args["log_project"],
                        "region": self.region,
                        # A minute of overlap: events come up to a minute late.
                        "start": "-360s",
                        "end": "now",
                        "query": f"{search} | select count(1) as cnt",
                        "power_sql_mode": "auto",
                    }
                ],
                "severity_configurations": [
                    {
                        "severity": severity,
                        "eval_condition": {"condition": f"cnt >= {times}", "count_condition": ""},
                    }
                ],
                "group_configuration": {"type": "no_group"},
                "annotations": [
                    {"key": "title", "value": title},
                    {"key": "desc", "value": f"{title}: ${{cnt}} events within five minutes"},
                ],
                "auto_annotation": True,
                "no_data_fire": False,
                "send_resolved": False,
                "threshold": 1,
                "policy_configuration": dict(policy),
            },
            depends_on=self._after,
        )
