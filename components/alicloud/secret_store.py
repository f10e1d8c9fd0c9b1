"""SecretStore: secrets in an instance of KMS, encrypted with a customer key, and rotated where their kind allows it."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_alicloud as alicloud

from compliant_infra.components.alicloud.base import AlicloudComponent
from compliant_infra.components.alicloud.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError

#: Kinds of secrets that KMS replaces by itself, because it can reach what they open.
ROTATED = ("Rds", "Redis", "PolarDB", "ECS", "RAMCredentials")

#: Kinds for which KMS makes up the value, and the text that asks for it.
MADE_UP = ("Redis", "PolarDB")
AUTOMATIC = "$Auto"

#: Days in which a deleted secret can be brought back: the most that KMS offers.
RECOVERY_DAYS = 30


class SecretSpec(TypedDict):
    """One secret."""

    type: NotRequired[str]
    """``Generic``, the default, or what KMS rotates: ``Rds``, ``Redis``, ``PolarDB``, ``ECS``, ``RAMCredentials``."""
    value: NotRequired[pulumi.Input[str]]
    """The first value, in the form that the kind asks for. Never a text in the program: from secret configuration."""
    config: NotRequired[Mapping[str, pulumi.Input[str]]]
    """What KMS has to know to rotate: ``SecretSubType``, ``DBInstanceId``, ``InstanceId``, ``UserName`` ..."""
    name: NotRequired[str]
    """Name in KMS; the component's name and this secret's without it."""
    version: NotRequired[str]
    """Version of the value; ``v1`` without it. A new value of a generic secret needs a new one."""
    description: NotRequired[str]
    """What the secret opens."""


class SecretStandby(TypedDict):
    """Where generic secrets are kept a second time."""

    region: str
    """Region in mainland China, another one than the store's."""
    kms_instance_id: pulumi.Input[str]
    """KMS instance of the second region."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key of that instance; an own one without it."""
    provider: NotRequired[alicloud.Provider]
    """Provider configuration of the second region; an own one without it."""


class SecretStoreArgs(CommonArgs):
    """Arguments of SecretStore."""

    secrets: dict[str, SecretSpec]
    """The secrets, each under a short name of yours."""
    kms_instance_id: pulumi.Input[str]
    """KMS instance that keeps the secrets: KMS 3.0 keeps none without one."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """Symmetric key of the same instance that encrypts them; an own one without it."""
    rotation_days: NotRequired[int]
    """Days after which KMS replaces a value; the most that the baseline allows without it."""
    standby: NotRequired[SecretStandby]
    """Second region in which generic secrets are kept too. What KMS rotates belongs to one region."""


class SecretStore(AlicloudComponent):
    """Secrets in an instance of KMS: encrypted with a customer key, rotated, and to be brought back after deletion.

    Serves 8.1.4.1 (passwords are replaced), 8.1.4.8 (confidentiality of what is stored) and 8.1.10.9 (management of
    cryptography) of GB/T 22239-2019. Who may read which secret is said by policies of RAM.
    """

    secret_names: pulumi.Output[dict[str, str]]
    """Names in KMS by the short names of the arguments."""
    kms_key_id: pulumi.Output[str]
    """Key that encrypts the secrets."""

    def __init__(self, name: str, args: SecretStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, SecretStoreArgs)
        given: Mapping[str, Any] = self.args
        instance = given.get("kms_instance_id")
        if instance is None:
            raise ComponentError(f"SecretStore {name!r}: KMS keeps secrets in an instance: give kms_instance_id")
        self.rotation_days = int(given.get("rotation_days") or self.hardening.number("secret-rotation-days"))
        specs: Mapping[str, Mapping[str, Any]] = given.get("secrets") or {}
        if not specs:
            raise ComponentError(f"SecretStore {name!r}: secrets names none")
        key = given.get("kms_key_id")
        if key is None:
            key = own_key(self, "key", "Secret key", instance)
        self.secrets: dict[str, alicloud.kms.Secret] = {
            short: self._secret(f"secret-{short}", short, spec, instance, key, self.provider)
            for short, spec in sorted(specs.items())
        }
        self.standby_secrets: dict[str, alicloud.kms.Secret] = {}
        standby: Mapping[str, Any] | None = given.get("standby")
        if standby is not None:
            self._second(specs, standby)
        self.secret_names = pulumi.Output.from_input(
            {short: secret.secret_name for short, secret in self.secrets.items()}
        )
        self.kms_key_id = pulumi.Output.from_input(key)
        self.finish({"secret_names": self.secret_names, "kms_key_id": self.kms_key_id})

    def _secret(
        self,
        suffix: str,
        short: str,
        spec: Mapping[str, Any],
        instance: pulumi.Input[str],
        key: pulumi.Input[str],
        provider: pulumi.ProviderResource,
    ) -> Any:
        kind = spec.get("type", "Generic")
        if kind not in ("Generic", *ROTATED):
            raise ComponentError(
                f"secret {short!r} of {self.component_name!r}: type is {kind!r}; it takes Generic, {', '.join(ROTATED)}"
            )
        rotated = kind in ROTATED
        if not rotated and provider is self.provider:
            self.cannot(
                "secret-rotation",
                f"secret {short}",
                "KMS does not rotate a generic secret: whoever uses it replaces it in time, or names its kind",
            )
        config = spec.get("config")
        if rotated and not config:
            raise ComponentError(
                f"secret {short!r} of {self.component_name!r}: KMS rotates a secret of type {kind} when config says "
                "what it opens, for example SecretSubType and DBInstanceId"
            )
        return self.make(
            alicloud.kms.Secret,
            suffix,
            {
                "secret_name": self._called(short, spec, kind),
                "secret_type": kind,
                "secret_data": self._value(short, spec, kind),
                "version_id": spec.get("version", "v1"),
                "description": spec.get("description"),
                "extended_config": pulumi.Output.json_dumps(dict(config)) if config else None,
                "dkms_instance_id": instance,
                "encryption_key_id": key,
                "enable_automatic_rotation": True if rotated else None,
                "rotation_interval": f"{self.rotation_days}d" if rotated else None,
                "recovery_window_in_days": RECOVERY_DAYS,
                "force_delete_without_recovery": False,
            },
            holds_data=True,
            # After the first rotation the value in the program is an old one.
            ignore_changes=["secretData"] if rotated else [],
            provider=provider,
        )

    def _called(self, short: str, spec: Mapping[str, Any], kind: str) -> str:
        """Names of two kinds are bound: KMS names those of RAM itself, those of ECS begin with ``acs/ecs/``."""
        if "name" in spec:
            return str(spec["name"])
        own = f"{self.component_name}-{short}"
        return {"RAMCredentials": AUTOMATIC, "ECS": f"acs/ecs/{own}"}.get(kind, own)

    def _value(self, short: str, spec: Mapping[str, Any], kind: str) -> pulumi.Input[str]:
        value = spec.get("value")
        if value is None and kind in MADE_UP:
            return AUTOMATIC
        if value is None:
            raise ComponentError(f"secret {short!r} of {self.component_name!r}: a secret of type {kind} needs a value")
        if isinstance(value, str) and value != AUTOMATIC:
            raise ComponentError(
                f"secret {short!r} of {self.component_name!r}: the value is a text in the program, which is no secret; "
                "take it from secret configuration (Config.require_secret) or make it with a random provider"
            )
        return pulumi.Output.secret(value)

    def _second(self, specs: Mapping[str, Mapping[str, Any]], standby: Mapping[str, Any]) -> None:
        """The generic secrets in the second region, with a key of that region."""
        region = self.second_region(standby)
        provider = self.provider_for(region, standby.get("provider"), "standby-provider")
        instance = standby["kms_instance_id"]
        key = standby.get("kms_key_id")
        if key is None:
            key = own_key(self, "standby-key", "Secret key", instance, provider)
        for short, spec in sorted(specs.items()):
            if spec.get("type", "Generic") == "Generic":
                self.standby_secrets[short] = self._secret(
                    f"standby-secret-{short}", short, spec, instance, key, provider
                )
