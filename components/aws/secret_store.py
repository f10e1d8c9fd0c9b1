"""SecretStore: secrets in Secrets Manager, encrypted with a customer key, rotated, replicated to the second region."""

import json
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from compliant_infra.components.aws.base import AwsComponent
from compliant_infra.components.aws.keys import own_key
from compliant_infra.components.component import CommonArgs, ComponentError

#: Days in which a deleted secret can be brought back: the most that Secrets Manager offers.
RECOVERY_DAYS = 30


class SecretSpec(TypedDict):
    """One secret."""

    value: NotRequired[pulumi.Input[str]]
    """The first value. Never a text in the program: from secret configuration. It does not get into the state."""
    version: NotRequired[int]
    """Version of the value; 1 without it. A new value needs a higher one."""
    rotation_lambda_arn: NotRequired[pulumi.Input[str]]
    """Function that replaces the value of this secret; the store's without it."""
    managed_by_aws: NotRequired[bool]
    """The service that made the secret rotates it, without a function."""
    name: NotRequired[str]
    """Name in Secrets Manager; the component's name and this secret's without it."""
    description: NotRequired[str]
    """What the secret opens."""


class SecretStandby(TypedDict):
    """Where the secrets are replicated to."""

    region: str
    """The other region in China."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the second region; an own one without it, where the level asks for one."""
    provider: NotRequired[aws.Provider]
    """Provider configuration of the second region, for an own key; an own one without it."""


class SecretStoreArgs(CommonArgs):
    """Arguments of SecretStore."""

    account_id: str
    """Twelve digits of the account. A plain text: policies mention it."""
    secrets: dict[str, SecretSpec]
    """The secrets, each under a short name of yours."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts them; an own one without it, where the level asks for one."""
    rotation_lambda_arn: NotRequired[pulumi.Input[str]]
    """Function that replaces the values."""
    rotation_days: NotRequired[int]
    """Days after which a value is replaced; the most that the baseline allows without it."""
    standby: NotRequired[SecretStandby]
    """Second region with replicas of all secrets."""


class SecretStore(AwsComponent):
    """Secrets in Secrets Manager: encrypted with a customer key, rotated, replicated, for their own account only.

    Serves 8.1.4.1 (passwords are replaced), 8.1.4.8 (confidentiality of what is stored) and 8.1.4.2 (access control) of
    GB/T 22239-2019. The function that rotates, and who may read which secret, are yours.
    """

    secret_arns: pulumi.Output[dict[str, str]]
    """ARNs by the short names of the arguments."""
    kms_key_arn: pulumi.Output[str | None]
    """Key that encrypts the secrets."""

    def __init__(self, name: str, args: SecretStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts, SecretStoreArgs)
        given: Mapping[str, Any] = self.args
        self.account_id: str = given["account_id"]
        self.rotation_days = int(given.get("rotation_days") or self.hardening.number("secret-rotation-days"))
        specs: Mapping[str, Mapping[str, Any]] = given.get("secrets") or {}
        if not specs:
            raise ComponentError(f"SecretStore {name!r}: secrets names none")
        key = self._key("key", given, self.provider)
        replica = self._replica(given.get("standby"))
        self.secrets: dict[str, aws.secretsmanager.Secret] = {
            short: self._secret(short, spec, key, replica) for short, spec in sorted(specs.items())
        }
        self.secret_arns = pulumi.Output.from_input({short: secret.arn for short, secret in self.secrets.items()})
        self.kms_key_arn = pulumi.Output.from_input(key)
        self.finish({"secret_arns": self.secret_arns, "kms_key_arn": self.kms_key_arn})

    def _key(
        self, suffix: str, given: Mapping[str, Any], provider: pulumi.ProviderResource
    ) -> pulumi.Input[str] | None:
        """The key of one region: the given one, an own one where the level asks for one, else None."""
        key: pulumi.Input[str] | None = given.get("kms_key_arn")
        if key is None and self.hardening.demands("rest-customer-key"):
            key = own_key(self, suffix, "Secret key", self.account_id, provider=provider)
        return key

    def _replica(self, standby: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """The second region as a secret names it, None where there is none."""
        if standby is None:
            return None
        region = self.second_region(standby)
        found: dict[str, Any] = {"region": region}
        if "kms_key_arn" in standby or self.hardening.demands("rest-customer-key"):
            provider = self.provider
            if "kms_key_arn" not in standby:
                provider = self.provider_for(region, standby.get("provider"), "standby-provider")
            found["kms_key_id"] = self._key("standby-key", standby, provider)
        return found

    def _secret(
        self,
        short: str,
        spec: Mapping[str, Any],
        key: pulumi.Input[str] | None,
        replica: dict[str, Any] | None,
    ) -> Any:
        secret = self.make(
            aws.secretsmanager.Secret,
            f"secret-{short}",
            {
                "name": spec.get("name") or f"{self.component_name}/{short}",
                "description": spec.get("description"),
                "kms_key_id": key,
                "recovery_window_in_days": RECOVERY_DAYS,
                "replicas": [replica] if replica is not None else None,
            },
            holds_data=True,
        )
        self.make(
            aws.secretsmanager.SecretPolicy,
            f"secret-{short}-policy",
            {"secret_arn": secret.arn, "policy": self._policy(), "block_public_policy": True},
        )
        after: list[pulumi.Resource] = []
        value = spec.get("value")
        if value is not None:
            if isinstance(value, str):
                raise ComponentError(
                    f"secret {short!r} of {self.component_name!r}: the value is a text in the program, which is no "
                    "secret; take it from secret configuration (Config.require_secret) or a random provider"
                )
            after.append(
                self.make(
                    aws.secretsmanager.SecretVersion,
                    f"secret-{short}-version",
                    {
                        "secret_id": secret.id,
                        "secret_string_wo": pulumi.Output.secret(value),
                        "secret_string_wo_version": int(spec.get("version", 1)),
                    },
                )
            )
        function = spec.get("rotation_lambda_arn") or self.args.get("rotation_lambda_arn")
        if function is not None or spec.get("managed_by_aws"):
            self.make(
                aws.secretsmanager.SecretRotation,
                f"secret-{short}-rotation",
                {
                    "secret_id": secret.id,
                    "rotation_lambda_arn": None if spec.get("managed_by_aws") else function,
                    "rotation_rules": {"automatically_after_days": self.rotation_days},
                },
                depends_on=after,
            )
        return secret

    def _policy(self) -> str:
        """No other account, and nobody without TLS."""
        everybody = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*"}
        return json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {**everybody, "Sid": "TlsOnly", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                    {
                        **everybody,
                        "Sid": "OwnAccountOnly",
                        "Condition": {
                            "StringNotEquals": {"aws:PrincipalAccount": self.account_id},
                            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                        },
                    },
                ],
            }
        )
