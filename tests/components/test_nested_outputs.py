"""Computed properties inside the objects that a program gives are unknown, and only in what the program reads back."""

import subprocess
import sys

import pytest

pulumi = pytest.importorskip("pulumi")
aws = pytest.importorskip("pulumi_aws")
alicloud = pytest.importorskip("pulumi_alicloud")

from compliant_infra.components.recorder import record  # noqa: E402
from compliant_infra.components.registration import (  # noqa: E402
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINEL,
)

ROLE = "arn:aws-cn:iam::123456789012:role/cluster"
SUBNETS = ["subnet-1", "subnet-2"]


def cluster():
    return aws.eks.Cluster("cluster", role_arn=ROLE, vpc_config={"subnet_ids": SUBNETS})


def exported(values, **options):
    """What the program may read of the values, by its exports; and the recording."""

    def program():
        for name, value in values().items():
            pulumi.export(name, value)

    recording = record(program, **options)
    return recording.outputs, recording


@pytest.mark.parametrize("preview", [True, False])
def test_the_security_group_of_a_cluster_is_unknown_and_its_subnets_are_known(preview):
    def program():
        made = cluster()
        aws.ec2.NetworkInterface(
            "interface", subnet_id="subnet-1", security_groups=[made.vpc_config.cluster_security_group_id]
        )
        pulumi.export("subnets", made.vpc_config.subnet_ids)
        pulumi.export("whole", made.vpc_config)

    recording = record(program, preview=preview)

    made, interface = recording.by_name("cluster"), recording.by_name("interface")
    assert made.inputs == {"roleArn": ROLE, "vpcConfig": {"subnetIds": SUBNETS}}
    assert made.outputs == made.inputs
    assert interface.inputs["securityGroups"] == [UNKNOWN_SENTINEL]
    assert interface.property_dependencies["securityGroups"] == [made.urn]
    assert recording.outputs["subnets"] == SUBNETS
    assert recording.outputs["whole"] == UNKNOWN_SENTINEL  # as an output that holds something unknown is


def test_outside_a_preview_an_object_of_the_callers_is_whole():
    given = {"subnetIds": SUBNETS, "clusterSecurityGroupId": "sg-1"}
    seen = []

    def values():
        config = cluster().vpc_config
        config.apply(lambda found: seen.append((found.cluster_security_group_id, found.vpc_id)))
        return {"group": config.cluster_security_group_id}

    found, recording = exported(values, preview=False, computed=lambda _: {"vpcConfig": given})

    assert found == {"group": "sg-1"}
    assert seen == [("sg-1", None)]
    assert recording.by_name("cluster").outputs["vpcConfig"] == given


def test_other_computed_values_leave_the_objects_of_the_program_open():
    found, recording = exported(
        lambda: {"group": cluster().vpc_config.cluster_security_group_id},
        preview=False,
        computed=lambda _: {"arn": "a"},
    )

    assert found == {"group": UNKNOWN_SENTINEL}
    assert recording.by_name("cluster").outputs == {"roleArn": ROLE, "vpcConfig": {"subnetIds": SUBNETS}, "arn": "a"}


def test_objects_within_lists_of_objects():
    def values():
        bucket = alicloud.oss.Bucket(
            "logs",
            versioning={"status": "Enabled"},
            lifecycle_rules=[
                {"enabled": True, "expirations": [{"days": 200}]},
                {"enabled": False, "id": "named", "expirations": []},
            ],
            tags={"team": "platform"},
        )
        first, second = bucket.lifecycle_rules[0], bucket.lifecycle_rules[1]
        return {
            "versioning": bucket.versioning.status,
            "enabled": first.enabled,
            "days": first.expirations[0].days,
            "date": first.expirations[0].date,
            "filter": first.filter.not_.prefix,
            "ids": [first.id, second.id],
            "none": second.expirations,
            "tags": bucket.tags,
        }

    found, recording = exported(values)

    assert found == {
        "versioning": "Enabled",
        "enabled": True,
        "days": 200,
        "date": UNKNOWN_SENTINEL,
        "filter": UNKNOWN_SENTINEL,
        "ids": [UNKNOWN_SENTINEL, "named"],
        "none": [],
        "tags": {"team": "platform"},
    }
    assert recording.by_name("logs").inputs["lifecycleRules"] == [
        {"enabled": True, "expirations": [{"days": 200}]},
        {"enabled": False, "id": "named", "expirations": []},
    ]


def test_an_object_without_open_properties_is_known_as_a_whole():
    seen = []

    def values():
        bucket = alicloud.oss.Bucket("logs", versioning={"status": "Enabled"}, tags={"team": "platform"})
        bucket.versioning.apply(lambda found: seen.append(found.status))
        bucket.tags.apply(seen.append)
        return {}

    exported(values)

    assert sorted(seen, key=str) == ["Enabled", {"team": "platform"}]


def test_none_is_not_given_and_false_is():
    def values():
        made = aws.eks.Cluster(
            "cluster",
            role_arn=ROLE,
            vpc_config={"subnet_ids": SUBNETS, "endpoint_public_access": False, "vpc_id": None},
        )
        return {"public": made.vpc_config.endpoint_public_access, "vpc": made.vpc_config.vpc_id}

    found, _ = exported(values)

    assert found == {"public": False, "vpc": UNKNOWN_SENTINEL}


@pytest.mark.parametrize("preview", [True, False])
def test_within_a_secret_what_is_not_given_is_unknown_and_the_rest_stays_secret(preview):
    def values():
        made = aws.eks.Cluster("cluster", role_arn=ROLE, vpc_config=pulumi.Output.secret({"subnet_ids": SUBNETS}))
        rules = pulumi.Output.secret([{"enabled": True, "expirations": [{"days": 200}]}])
        first = alicloud.oss.Bucket("logs", lifecycle_rules=rules).lifecycle_rules[0]
        return {
            "group": made.vpc_config.cluster_security_group_id,
            "subnets": made.vpc_config.subnet_ids,
            "days": first.expirations[0].days,
            "date": first.expirations[0].date,
            "id": first.id,
        }

    found, recording = exported(values, preview=preview)

    known = {"subnets": SUBNETS, "days": 200}
    assert found == {
        name: {SIGNATURE_KEY: SECRET_SIGNATURE, "value": known.get(name, UNKNOWN_SENTINEL)}
        for name in ("group", "subnets", "days", "date", "id")
    }
    assert recording.by_name("cluster").inputs["vpcConfig"] == {
        SIGNATURE_KEY: SECRET_SIGNATURE,
        "value": {"subnetIds": SUBNETS},
    }


def test_the_recorder_loads_no_sdk_that_the_program_does_not():
    program = (
        "import sys, pulumi\n"
        "from compliant_infra.components.recorder import record\n"
        "made = lambda: pulumi.CustomResource('aws:eks/cluster:Cluster', 'raw', {'vpcConfig': {'subnetIds': []}})\n"
        "assert record(lambda: made() and None).by_name('raw').inputs == {'vpcConfig': {'subnetIds': []}}\n"
        "assert 'pulumi_aws.eks.cluster' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=60)
