"""KeyRing: a KMS instance with one customer key for each purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import key_policy, key_settings, rotation_by_hand
from compliant_infra.components.component import CommonArgs, ComponentError

#: Purpose -> what the key is described as. One key each, so that one can be withdrawn without the others.
PURPOSES = {
    "data": "Data key",
    "log": "Key of logs and audit records",
    "secret": "Key of secrets",
    "backup": "Key of backups",
    "sign": "Signature key",
}

#: ``product_version`` of a software instance. Instances of the hardware edition cannot be enabled through the API.
SOFTWARE_EDITION = "3"
#: Gigabytes of log storage, the smallest size.
LOG_STORAGE = 1000


class KeyRingStandby(TypedDict):
    """The keys of a second region: keys do not leave their region."""

    region: str
    """Region in mainland China, another one than the key ring's."""
    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance of that region; one is made in ``vpc_id`` without it."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC of the instance that is made."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the instance that is made: one, or one for each zone."""
    zones: NotRequired[list[str]]
    """Zones of the instance that is made; the first two are used."""
    provider: NotRequired[alicloud.Provider]
    """Provider configuration of the region; an own one without it."""


class KeyRingArgs(CommonArgs):
    """Arguments of KeyRing."""

    kms_instance_id: NotRequired[pulumi.Input[str]]
    """KMS instance that holds the keys; a software one is made in ``vpc_id`` without it. Required where the baseline
    asks for keys in hardware or for national cryptography: such instances are ordered in the console."""
    hardware: NotRequired[bool]
    """Whether the given instance is one of the hardware edition; as the baseline asks without it."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC of the instance that is made."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the instance that is made: one, or one for each zone."""
    zones: NotRequired[list[str]]
    """Zones of the instance that is made; the first two are used."""
    account_id: NotRequired[str]
    """Account of the keys; needed with administrators, users or auditors."""
    administrators: NotRequired[list[str]]
    """ARNs of RAM users and roles who manage the keys and cannot use them."""
    users: NotRequired[list[str]]
    """ARNs of RAM users and roles who encrypt, decrypt and sign and cannot manage the keys."""
    auditors: NotRequired[list[str]]
    """ARNs of RAM users and roles who see the keys and their policies."""
    alias_prefix: NotRequired[str]
    """First part of the aliases, ``alias/<prefix>/data`` and so on; the name of the component without it."""
    standby: NotRequired[KeyRingStandby]
    """Second region with keys of its own."""


@dataclass(frozen=True)
class _Keys:
    """What a region has."""

    instance: pulumi.Input[str]
    ids: Mapping[str, pulumi.Output[str]]


class KeyRing(AlicloudComponent):
    """Customer keys for data, logs, secrets, backups and signatures, in a KMS instance over two zones.

    SM4 and SM2 under the profile ``sm``, in hardware where the baseline asks for it; guarded against deletion, with
    rotation where the key can rotate, and a key policy that keeps administrators, users and auditors apart.

    Serves 8.1.4.7 and 8.1.4.8 (integrity and confidentiality of data), 8.1.4.2d (separation of privileges) and 8.1.10.9
    (management of cryptography), at level 4 also 9.1.2.2d (hardware cryptographic modules), of GB/T 22239-2019.

    Left to do: ordering hardware instances and the module for national cryptography in the console, and rotating keys
    in hardware by hand.
    """

    instance_id: pulumi.Output[str]
    """KMS instance that holds the keys."""
    data_key_id: pulumi.Output[str]
    """Key of disks, databases and objects."""
    log_key_id: pulumi.Output[str]
    """Key of logs and audit records."""
    secret_key_id: pulumi.Output[str]
    """Key of secrets."""
    backup_key_id: pulumi.Output[str]
    """Key of backups."""
    sign_key_id: pulumi.Output[str]
    """Key pair for signatures."""
    standby_instance_id: pulumi.Output[str | None]
    """KMS instance of the second region."""
    standby_data_key_id: pulumi.Output[str | None]
    """Key of disks, databases and objects in the second region."""
    standby_log_key_id: pulumi.Output[str | None]
    """Key of logs and audit records in the second region."""
    standby_secret_key_id: pulumi.Output[str | None]
    """Key of secrets in the second region."""
    standby_backup_key_id: pulumi.Output[str | None]
    """Key of backups in the second region."""
    standby_sign_key_id: pulumi.Output[str | None]
    """Key pair for signatures in the second region."""

    def __init__(self, name: str, args: KeyRingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, KeyRingArgs)
        given: Mapping[str, Any] = self.args
        self._hardware = self._in_hardware()
        self._policy = self._key_policy()
        self._alias_prefix: str = given.get("alias_prefix") or name
        primary = self._region_keys("", given, self.provider)
        standby: _Keys | None = None
        if given.get("standby") is not None:
            region = self.second_region(given["standby"])
            provider = self.provider_for(region, given["standby"].get("provider"), "standby-provider")
            standby = self._region_keys("standby-", given["standby"], provider)
        if self._hardware:
            rotation_by_hand(self, "keys in hardware")
        outputs: dict[str, Any] = {"instance_id": pulumi.Output.from_input(primary.instance)}
        outputs.update({f"{purpose}_key_id": key for purpose, key in primary.ids.items()})
        outputs["standby_instance_id"] = pulumi.Output.from_input(None if standby is None else standby.instance)
        for purpose in PURPOSES:
            outputs[f"standby_{purpose}_key_id"] = (
                pulumi.Output.from_input(None) if standby is None else standby.ids[purpose]
            )
        for attribute, output in outputs.items():
            setattr(self, attribute, output)
        self.finish(outputs)

    def _in_hardware(self) -> bool:
        """Whether the keys are in hardware. Raises ComponentError where they are not and the baseline asks for it."""
        demanded = self.hardening.demands("kms-hardware")
        hardware = bool(self.args.get("hardware", demanded))
        if demanded and not hardware:
            raise ComponentError(
                f"KeyRing {self.component_name!r}: hardware=False, but {self.hardening.baseline} asks for keys in "
                f"hardware cryptographic modules ({', '.join(self.hardening.clauses('kms-hardware'))}, rule "
                "kms-hardware)"
            )
        return hardware

    def _key_policy(self) -> str | None:
        """The policy of every key; without any role the service's own, which names the account."""
        roles = {role: list(self.args.get(role) or ()) for role in ("administrators", "users", "auditors")}
        if not any(roles.values()):
            return None
        account = self.args.get("account_id")
        if not account:
            named = ", ".join(role for role in roles if roles[role])
            raise ComponentError(f"KeyRing {self.component_name!r}: account_id is needed with {named}")
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
        return key_policy(account, **roles)

    def _region_keys(self, prefix: str, place: Mapping[str, Any], provider: pulumi.ProviderResource) -> _Keys:
        instance = place.get("kms_instance_id")
        if instance is None:
            instance = self._instance(prefix, place, provider).id
        ids: dict[str, pulumi.Output[str]] = {}
        for purpose, description in PURPOSES.items():
            key = self.make(
                alicloud.kms.Key,
                f"{prefix}{purpose}-key",
                key_settings(
                    self,
                    description,
                    instance,
                    hardware=self._hardware,
                    signs=purpose == "sign",
                    policy=self._policy,
                ),
                holds_data=True,
                retain=True,  # what outlives the stack cannot be read without it
                provider=provider,
            )
            self.make(
                alicloud.kms.Alias,
                f"{prefix}{purpose}-alias",
                {"alias_name": f"alias/{self._alias_prefix}/{purpose}", "key_id": key.id},
                provider=provider,
            )
            ids[purpose] = key.id
        return _Keys(instance, ids)

    def _instance(self, prefix: str, place: Mapping[str, Any], provider: pulumi.ProviderResource) -> Any:
        """A software instance over two zones."""
        where = f"KeyRing {self.component_name!r}: {'standby.' if prefix else ''}"
        for wanted, rule, what in (
            (self._hardware, "kms-hardware", "a hardware KMS instance"),
            (
                self.hardening.national_cryptography,
                "kms-sm-algorithm",
                "a KMS instance with the module for national cryptography",
            ),
        ):
            if wanted:
                clauses = ", ".join(self.hardening.clauses(rule)) or "profile sm"
                raise ComponentError(
                    f"{where}kms_instance_id is needed: {what} ({clauses}) is ordered and enabled in the console, the "
                    "API makes software instances only"
                )
        zones = list(place.get("zones") or ())
        subnets = list(place.get("subnet_ids") or ())
        if place.get("vpc_id") is None or not subnets or len(set(zones)) < 2:
            raise ComponentError(
                f"{where}give kms_instance_id, or vpc_id, subnet_ids and two zones for an instance that is made"
            )
        return self.make(
            alicloud.kms.Instance,
            f"{prefix}instance",
            {
                "instance_name": f"{self.component_name}-{prefix}kms".replace("--", "-"),
                "product_version": SOFTWARE_EDITION,
                "payment_type": "PayAsYouGo",
                "vpc_id": place["vpc_id"],
                # Zones and subnets belong together by their place in the lists.
                "zone_ids": zones[:2],
                "vswitch_ids": subnets[:2],
                "log": "1" if self.hardening.level >= 3 else "0",
                "log_storage": LOG_STORAGE if self.hardening.level >= 3 else None,
                "deletion_protection": True,
                "force_delete_without_backup": "false",
            },
            holds_data=True,
            retain=True,  # as the keys in it
            provider=provider,
        )
