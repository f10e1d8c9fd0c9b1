"""Every child of every example: tags on all that take them, the provider of its own region, protection by the level.

And what outlives the stack can be read afterwards.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

pytest.importorskip("pulumi")
pytest.importorskip("pulumi_alicloud")
pytest.importorskip("pulumi_aws")

from compliant_infra.components.recorder import Recording
from compliant_infra.components.registration import PROVIDER_PREFIX, Registration
from tests.components.proof import Case, cases, configuration, parameters, recording

#: Nothing of this depends on the profiles, and little on the baseline.
CASES = [
    case
    for case in cases()
    if not case.profiles
    and (case.baseline in ("mlps-l2", "mlps-l3") or ("financial" in case.example and case.baseline != "financial-l2"))
]

#: What stands in one region whatever its component is in: an endpoint that is documented for this region alone.
ONE_REGION = {
    "alicloud:sls/collectionPolicy:CollectionPolicy": "cn-shanghai",
    "alicloud:log/resourceRecord:ResourceRecord": "cn-heyuan",
}
#: What is made in the region to which it copies.
COPIES = {
    "alicloud:ecs/imageCopy:ImageCopy",
    "aws:ec2/amiCopy:AmiCopy",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
}
#: What holds data, keys or addresses that others know, or is paid for in advance: never deleted by mistake from level 3
#: on.
PROTECTED = {
    "alicloud:actiontrail/trail:Trail",
    "alicloud:bastionhost/instance:Instance",
    "alicloud:cloudfirewall/instanceV2:InstanceV2",
    "alicloud:cs/managedKubernetes:ManagedKubernetes",
    "alicloud:dns/gtmInstance:GtmInstance",
    "alicloud:hbr/replicationVault:ReplicationVault",
    "alicloud:hbr/vault:Vault",
    "alicloud:kms/key:Key",
    "alicloud:kms/secret:Secret",
    "alicloud:kvstore/instance:Instance",
    "alicloud:log/project:Project",
    "alicloud:log/store:Store",
    "alicloud:oss/bucket:Bucket",
    "alicloud:rds/database:Database",
    "alicloud:rds/ddrInstance:DdrInstance",
    "alicloud:rds/instance:Instance",
    "alicloud:threatdetection/instance:Instance",
    "alicloud:vpc/network:Network",
    "alicloud:yundun/dBAuditInstance:DBAuditInstance",
    "aws:backup/vault:Vault",
    "aws:cloudtrail/trail:Trail",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy",
    "aws:ec2/vpc:Vpc",
    "aws:eks/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:networkfirewall/firewall:Firewall",
    "aws:rds/instance:Instance",
    "aws:route53/zone:Zone",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
}
#: Switches against deletion that a cloud has itself.
SWITCHES = {
    "deletion_protection",
    "deletion_protection_enabled",
    "delete_protection",
    "enable_deletion_protection",
    "group_deletion_protection",
}
#: Classes whose switch is not set, and why.
SWITCHLESS = {
    "alicloud:ess/scalingConfiguration:ScalingConfiguration": "of the servers, which the scaling group has to replace",
    "aws:cloudwatch/logGroup:LogGroup": "it is retained; whether the regions in China have the switch is not confirmed",
}

#: Types without which evidence is lost, by the ends of their tokens.
OUTLIVES = {"Bucket", "Instance", "Key", "Project", "ReplicaKey", "Role", "Vault"}


def children(found: Recording) -> Iterator[Registration]:
    return (item for item in found.resources if item.custom and not item.type.startswith(PROVIDER_PREFIX))


@cache
def settings_of(token: str) -> frozenset[str]:
    """The arguments that the SDK's class takes."""
    package, module, name = token.split(":")
    sdk: Any = importlib.import_module(f"pulumi_{package}")
    of: Any = getattr(getattr(sdk, module.partition("/")[0].lower()), name)
    return frozenset(inspect.signature(of._internal_init).parameters)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def untagged(case: Case) -> Iterator[str]:
    for item in children(recording(case)):
        if "tags" in settings_of(item.type) and not item.inputs.get("tags"):
            yield f"{item.name} ({item.type}) has no tags"


def misplaced(case: Case) -> Iterator[str]:
    found, declared = recording(case), configuration(case)
    regions = {
        item.urn: item.inputs.get("region") for item in found.registrations if item.type.startswith(PROVIDER_PREFIX)
    }
    here, there = declared[f"{case.cloud}:region"], declared["compliant-infra:standbyRegion"]
    for item in children(found):
        # The standby of what stands in the standby region is in the primary one.
        copied = item.name.count("standby") % 2 == 1 and "-failover-" not in item.name
        own = there if copied or item.type in COPIES else here
        # At the highest level of the financial sector the endpoint's region is of a class that is not allowed.
        wanted = own if case.baseline == "financial-l4" else ONE_REGION.get(item.type, own)
        actual = regions[item.provider.rpartition("::")[0]]
        if actual != wanted:
            yield f"{item.name} ({item.type}) stands in {actual}, not in {wanted}"


def unprotected(case: Case) -> Iterator[str]:
    strict = not case.baseline.endswith("l2")
    for item in children(recording(case)):
        if (item.protect and not strict) or (item.type in PROTECTED and bool(item.protect) != strict):
            yield f"{item.name} ({item.type}): protect is {item.protect}"
        if strict and item.type not in SWITCHLESS:
            for switch in SWITCHES & settings_of(item.type):
                if item.inputs.get(camel(switch)) not in (True, "Enabled", "on"):
                    yield f"{item.name} ({item.type}): {switch} is {item.inputs.get(camel(switch))}"


def unreadable(case: Case) -> Iterator[str]:
    """What outlives the stack and needs a key, a role, a bucket or a vault that does not."""
    found = recording(case)
    kept = {item.urn for item in children(found) if item.retain_on_delete}
    for item in children(found):
        # A lock cannot be deleted: it goes with its bucket.
        if item.retain_on_delete and not item.type.endswith(":BucketWorm"):
            for urn in {urn for urns in item.property_dependencies.values() for urn in urns} - kept:
                if urn.split("::")[2].rpartition(":")[2] in OUTLIVES:
                    yield f"{item.name} ({item.type}) outlives {urn.rpartition('::')[2]}"


@pytest.mark.parametrize("case", parameters(CASES))
def test_children(case: Case) -> None:
    wrong = [*untagged(case), *misplaced(case), *unprotected(case), *unreadable(case)]
    assert not wrong, "\n".join(wrong)


def test_every_protected_type_is_made() -> None:
    full = (case for case in CASES if case.example.endswith("_full") and case.baseline == "mlps-l3")
    made = {item.type for case in full for item in children(recording(case))}
    assert made >= PROTECTED, PROTECTED - made
