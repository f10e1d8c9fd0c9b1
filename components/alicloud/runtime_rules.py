"""RuntimeRules: the running account is recorded and judged by rules of Cloud Config, beside the checks of its code."""

from collections.abc import Mapping
from typing import Any, NotRequired

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.log_stores import log_encryption, own_project, own_store, project_name
from compliant_infra.components.component import CommonArgs
from compliant_infra.components.given_arguments import with_defaults
from compliant_infra.providers.config_rules import ConfigRule, pack, template

#: The log store that takes changes and violations.
STORE = "config-events"


class RuntimeRulesArgs(CommonArgs):
    """Arguments of RuntimeRules."""

    account_id: str
    """Number of the account, 16 digits: channels name their targets by it."""
    log_project: NotRequired[pulumi.Input[str]]
    """Name of the log project that takes changes and violations, ``log_project_name`` of AuditTrail; an own one without
    it."""
    log_bucket: NotRequired[str]
    """Name of a bucket that takes the snapshots of the configuration; only the log project gets them without it."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key that encrypts the log store; from level 3 on an own one without it."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance in which an own key is made; needed for SM4 and hardware protection."""
    log_role_arn: NotRequired[pulumi.Input[str]]
    """Role by which Log Service uses the key; an own one without it."""
    without: NotRequired[list[str]]
    """Identifiers of managed rules that are left out, because the product is not in use."""


class RuntimeRules(AlicloudComponent):
    """Cloud Config: recorder of all resources, delivery of changes, and a compliance pack for the level.

    Serves 8.1.10.2 and 8.1.10.8 (inventory of assets, management of configurations) and 8.1.5.4 e (central management)
    of GB/T 22239-2019. The pack holds the managed rules that stand on the ground of the rules in force; Alibaba Cloud
    has no pack above level 3, so level 4 runs that of level 3.

    Left to do: looking at violations and mending them.
    """

    compliance_pack_id: pulumi.Output[str]
    """Id of the compliance pack."""
    log_project: pulumi.Output[str]
    """Name of the log project that takes changes and violations."""
    log_store: str
    """Name of the log store in it."""

    def __init__(self, name: str, args: RuntimeRulesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, with_defaults(args, data_class="important"), opts, RuntimeRulesArgs)
        given: Mapping[str, Any] = self.args
        account = given["account_id"]
        self.recorder = self.make(alicloud.cfg.ConfigurationRecorder, "recorder", {})
        self.log_store = STORE
        project: pulumi.Input[str] = given.get("log_project") or project_name(self, "config")
        encryption = log_encryption(
            self, given.get("kms_key_id"), given.get("kms_instance_id"), given.get("log_role_arn")
        )
        if "log_project" not in given:
            self.project = own_project(self, str(project))
        where = project if "log_project" in given else self.project.project_name
        self.log_project = pulumi.Output.from_input(where)
        self.store = own_store(self, "store", where, STORE, encryption)
        place = f"{self.region}:{account}"
        target: pulumi.Input[str] = (
            f"acs:log:{place}:project/{project}/logstore/{STORE}"
            if isinstance(project, str)
            else pulumi.Output.concat(f"acs:log:{place}:project/", project, f"/logstore/{STORE}")
        )
        self._delivery("log-delivery", "SLS", target, after=[self.store])
        if "log_bucket" in given:
            self._delivery("bucket-delivery", "OSS", f"acs:oss:{place}:{given['log_bucket']}")
        self.rules = self._rules(given.get("without") or [])
        self.pack = self._pack(self.rules)
        self.compliance_pack_id = self.pack.id
        self.finish(
            {
                "compliance_pack_id": self.compliance_pack_id,
                "log_project": self.log_project,
                "log_store": self.log_store,
            }
        )

    def _delivery(
        self, suffix: str, kind: str, target: pulumi.Input[str], after: list[pulumi.Resource] | None = None
    ) -> None:
        """A channel for changes, snapshots and, where the target takes them, violations."""
        self.make(
            alicloud.cfg.Delivery,
            suffix,
            {
                "delivery_channel_name": f"{self.component_name}-{kind.lower()}",
                "description": "Changes of resources, snapshots and violations",
                "delivery_channel_type": kind,
                "delivery_channel_target_arn": target,
                "configuration_item_change_notification": True,
                "configuration_snapshot": True,
                # A bucket takes no violations.
                "non_compliant_notification": True if kind == "SLS" else None,
                "status": 1,
            },
            depends_on=[self.recorder, *(after or [])],
        )

    def _rules(self, without: list[str]) -> list[ConfigRule]:
        """The managed rules of the level on whose ground a rule is in force, and those that stand alone."""
        return [
            rule
            for rule in pack(self.hardening.level)
            if rule.id not in without and (not rule.rules or not self.hardening.rules.isdisjoint(rule.rules))
        ]

    def _pack(self, rules: list[ConfigRule]) -> Any:
        level = min(self.hardening.level, 3)
        return self.make(
            alicloud.cfg.CompliancePack,
            "pack",
            {
                "compliance_pack_name": f"{self.component_name}-mlps-level-{level}",
                "description": f"MLPS level {level}: run-time rules beside the checks of the code",
                "risk_level": 1,
                "compliance_pack_template_id": template(self.hardening.level),
                # Named by their identifiers, managed rules keep their own scope and parameters; the form with ids of
                # rules wants both written out for each.
                "config_rules": [{"managed_rule_identifier": rule.id} for rule in rules],
            },
            depends_on=[self.recorder],
        )
