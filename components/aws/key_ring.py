"""KeyRing: one customer key for each purpose, with replicas in the second region of China."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import account_statement
from compliant_infra.components.component import CommonArgs, ComponentError

#: Purpose -> what the key is described as. One key each, so that one can be withdrawn without the others.
PURPOSES = {
    "data": "Data key",
    "log": "Key of logs and audit records",
    "secret": "Key of secrets",
    "backup": "Key of backups",
    "sign": "Signature key",
}

ADMINISTRATION = [
    "kms:Create*",
    "kms:Describe*",
    "kms:Enable*",
    "kms:List*",
    "kms:Put*",
    "kms:Update*",
    "kms:Revoke*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Delete*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
    "kms:RotateKeyOnDemand",
]
ENCRYPTION = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
SIGNING = ["kms:Sign", "kms:Verify", "kms:GetPublicKey", "kms:DescribeKey"]
AUDIT = [
    "kms:DescribeKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
]


class KeyRingStandby(TypedDict):
    """The second region, to which every key is replicated."""

    region: str
    """The other region in China, ``cn-northwest-1`` for keys in ``cn-north-1``."""
    provider: NotRequired[aws.Provider]
    """Provider configuration of the second region; an own one without it."""


class KeyRingArgs(CommonArgs):
    """Arguments of KeyRing."""

    account_id: str
    """Twelve digits of the account. A plain text: key policies mention it."""
    administrators: NotRequired[list[str]]
    """ARNs of roles who manage the keys and cannot use them."""
    users: NotRequired[list[str]]
    """ARNs of roles who encrypt, decrypt and sign and cannot manage the keys."""
    auditors: NotRequired[list[str]]
    """ARNs of roles who see the keys and their policies."""
    policy_statements: NotRequired[dict[str, list[dict[str, Any]]]]
    """Further statements of the key policies by purpose (``data``, ``log``, ``secret``, ``backup``, ``sign``)."""
    alias_prefix: NotRequired[str]
    """First part of the aliases, ``alias/<prefix>/data`` and so on; the name of the component without it."""
    standby: NotRequired[KeyRingStandby]
    """Second region with replicas of the keys."""


class KeyRing(AwsComponent):
    """Customer keys for data, logs, secrets, backups and signatures.

    In the regions in China symmetric keys are SM4 keys; the signature key is an SM2 key under the profile ``sm``. Keys
    rotate every year, wait before they are deleted, and have a policy that keeps administrators, users and auditors
    apart. Replicas in the second region decrypt what the keys of the first have encrypted.

    Serves 8.1.4.7 and 8.1.4.8 (integrity and confidentiality of data), 8.1.4.2d (separation of privileges) and 8.1.10.9
    (management of cryptography) of GB/T 22239-2019.

    Left to do: the operator's certificate of the hardware modules as evidence; rotating the signature key by hand.
    """

    data_key_id: pulumi.Output[str]
    """Key of disks, databases and objects."""
    data_key_arn: pulumi.Output[str]
    """Key of disks, databases and objects."""
    log_key_id: pulumi.Output[str]
    """Key of logs and audit records."""
    log_key_arn: pulumi.Output[str]
    """Key of logs and audit records."""
    secret_key_id: pulumi.Output[str]
    """Key of secrets."""
    secret_key_arn: pulumi.Output[str]
    """Key of secrets."""
    backup_key_id: pulumi.Output[str]
    """Key of backups."""
    backup_key_arn: pulumi.Output[str]
    """Key of backups."""
    sign_key_id: pulumi.Output[str]
    """Key pair for signatures."""
    sign_key_arn: pulumi.Output[str]
    """Key pair for signatures."""
    standby_data_key_arn: pulumi.Output[str | None]
    """Replica of the data key in the second region."""
    standby_log_key_arn: pulumi.Output[str | None]
    """Replica of the log key in the second region."""
    standby_secret_key_arn: pulumi.Output[str | None]
    """Replica of the secret key in the second region."""
    standby_backup_key_arn: pulumi.Output[str | None]
    """Replica of the backup key in the second region."""
    standby_sign_key_arn: pulumi.Output[str | None]
    """Replica of the signature key in the second region."""

    def __init__(self, name: str, args: KeyRingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, KeyRingArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        self._alias_prefix: str = given.get("alias_prefix") or name
        self._roles = self._separate_roles()
        standby = given.get("standby")
        standby_provider: pulumi.ProviderResource | None = None
        if standby is not None:
            region = self.second_region(standby)
            standby_provider = self.provider_for(region, standby.get("provider"), "standby-provider")
        strange = sorted(set(given.get("policy_statements") or ()) - set(PURPOSES))
        if strange:
            raise ComponentError(
                f"KeyRing {name!r}: policy_statements for {', '.join(strange)}; purposes are {', '.join(PURPOSES)}"
            )
        outputs: dict[str, Any] = {}
        for purpose, description in PURPOSES.items():
            key = self._key(purpose, description, replicated=standby is not None)
            outputs[f"{purpose}_key_id"] = key.key_id
            outputs[f"{purpose}_key_arn"] = key.arn
            replica: pulumi.Output[Any] = pulumi.Output.from_input(None)
            if standby is not None and standby_provider is not None:
                replica = self._replica(purpose, description, key, standby["region"], standby_provider).arn
            outputs[f"standby_{purpose}_key_arn"] = replica
        self.cannot(
            "kms-hardware",
            "keys",
            "KMS keeps every key in hardware modules of its own, which no argument shows: keep the operator's "
            "certificate of the cryptographic modules as evidence",
        )
        for attribute, output in outputs.items():
            setattr(self, attribute, output)
        self.finish(outputs)

    def _separate_roles(self) -> dict[str, list[str]]:
        """Who has which role. Raises ComponentError for somebody who has two."""
        roles = {role: list(self.args.get(role) or ()) for role in ("administrators", "users", "auditors")}
        seen: dict[str, str] = {}
        for role, principals in roles.items():
            for principal in principals:
                if principal in seen:
                    clauses = ", ".join(self.hardening.clauses("iam-duty-separation"))
                    raise ComponentError(
                        f"KeyRing {self.component_name!r}: {principal} is among {seen[principal]} and {role}; these "
                        f"roles must be apart ({clauses})"
                    )
                seen[principal] = role
        return roles

    def _policy(self, purpose: str, region: str) -> str:
        use = SIGNING if purpose == "sign" else ENCRYPTION
        statements: list[dict[str, Any]] = [account_statement(self.account_id)]
        for name, role, actions in (
            ("Administrators", "administrators", ADMINISTRATION),
            ("Users", "users", use),
            ("Auditors", "auditors", AUDIT),
        ):
            if self._roles[role]:
                statements.append(_allow(name, {"AWS": self._roles[role]}, actions))
        if purpose != "sign" and self._roles["users"]:
            services = _allow("UsersThroughServices", {"AWS": self._roles["users"]}, ["kms:CreateGrant"])
            services["Condition"] = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
            statements.append(services)
        if purpose == "log":
            statements += self._log_services(region)
        statements += [dict(item) for item in (self.args.get("policy_statements") or {}).get(purpose, ())]
        return json.dumps({"Version": "2012-10-17", "Statement": statements})

    def _log_services(self, region: str) -> list[dict[str, Any]]:
        """CloudWatch Logs and CloudTrail encrypt as themselves, for this account's log groups and trails only."""
        logs = _allow("Logs", {"Service": f"logs.{region}.amazonaws.com.cn"}, ENCRYPTION)
        logs["Condition"] = {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws-cn:logs:{region}:{self.account_id}:*"}
        }
        trail = _allow("Trail", {"Service": "cloudtrail.amazonaws.com"}, ["kms:GenerateDataKey*"])
        trail["Condition"] = {
            "StringLike": {
                "kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws-cn:cloudtrail:*:{self.account_id}:trail/*"
            }
        }
        # Looking at a key comes without an encryption context.
        looks = _allow("TrailLooks", {"Service": "cloudtrail.amazonaws.com"}, ["kms:DescribeKey"])
        looks["Condition"] = {
            "StringLike": {"aws:SourceArn": f"arn:aws-cn:cloudtrail:*:{self.account_id}:trail/*"},
        }
        return [logs, trail, looks]

    def _key(self, purpose: str, description: str, *, replicated: bool) -> Any:
        signs = purpose == "sign"
        key = self.make(
            aws.kms.Key,
            f"{purpose}-key",
            {
                "description": f"{description} of {self.component_name}",
                "key_usage": "SIGN_VERIFY" if signs else "ENCRYPT_DECRYPT",
                "customer_master_key_spec": self._signature_spec() if signs else "SYMMETRIC_DEFAULT",
                # A pair of keys cannot rotate by itself.
                "enable_key_rotation": None if signs else True,
                "rotation_period_in_days": None if signs else self.hardening.number("key-rotation-days"),
                "deletion_window_in_days": self.hardening.number("key-deletion-window-days"),
                "multi_region": replicated,
                "is_enabled": True,
                "bypass_policy_lockout_safety_check": False,
                "policy": self._policy(purpose, self.region),
            },
            holds_data=True,
            retain=True,  # what outlives the stack cannot be read without it
        )
        self.make(
            aws.kms.Alias,
            f"{purpose}-alias",
            {"name": f"alias/{self._alias_prefix}/{purpose}", "target_key_id": key.key_id},
        )
        return key

    def _signature_spec(self) -> str:
        return "SM2" if self.hardening.national_cryptography else "ECC_NIST_P256"

    def _replica(self, purpose: str, description: str, key: Any, region: str, provider: pulumi.ProviderResource) -> Any:
        replica = self.make(
            aws.kms.ReplicaKey,
            f"standby-{purpose}-key",
            {
                "description": f"{description} of {self.component_name}",
                "primary_key_arn": key.arn,
                "deletion_window_in_days": self.hardening.number("key-deletion-window-days"),
                "enabled": True,
                "bypass_policy_lockout_safety_check": False,
                "policy": self._policy(purpose, region),
            },
            holds_data=True,
            retain=True,  # what outlives the stack cannot be read without it
            provider=provider,
        )
        self.make(
            aws.kms.Alias,
            f"standby-{purpose}-alias",
            {"name": f"alias/{self._alias_prefix}/{purpose}", "target_key_id": replica.key_id},
            provider=provider,
        )
        return replica


def _allow(name: str, principal: dict[str, Any], actions: list[str]) -> dict[str, Any]:
    """A statement of a key policy; ``Resource: *`` is the key itself."""
    return {"Sid": name, "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
