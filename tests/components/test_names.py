"""The names of Pulumi's types and properties in Terraform, held against the SDKs and the providers' schemas.

Beside the exceptions and names by hand nothing here repeats how the table is compiled: what it says is looked up in the
schemas (the name exists there, and nests in the same way), and in the SDKs (the table is what they make it today).
"""

from __future__ import annotations

import importlib.util
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from compliant_infra.components import names
from compliant_infra.components.names import attributes, is_certain, properties, pulumi_token, terraform_type
from tests.rules.pulumi_sdks import installed
from tests.rules.schemas import cloud_of, loaded, resource_type
from tests.rules.test_pulumi_names import kinds

CLOUDS = ("alicloud", "aws")
ROOT = Path(__file__).parents[2]

with_schemas = pytest.mark.skipif(
    any(loaded(cloud) is None for cloud in CLOUDS),
    reason="COMPLIANT_INFRA_SCHEMAS does not name the providers' schemas",
)

#: Why -> (Terraform type, name): arguments of the SDKs that the schemas do not have.
#: pulumi-alicloud 4.0.0 wraps a provider one major newer than the schema, pulumi-aws 7.51.1 a somewhat newer one.
DIFFERENCES: Mapping[str, frozenset[tuple[str, str]]] = {
    "write-only arguments, new with provider 2.0": frozenset(
        (kind, f"{name}_wo{version}")
        for kind, name in (
            ("alicloud_cas_certificate", "key"),
            ("alicloud_db_account", "account_password"),
            ("alicloud_gpdb_account", "account_password"),
            ("alicloud_kms_ciphertext", "plaintext"),
            ("alicloud_kvstore_account", "account_password"),
            ("alicloud_oos_parameter", "value"),
            ("alicloud_polardb_account", "account_password"),
            ("alicloud_rds_account", "account_password"),
            ("alicloud_ssl_certificates_service_certificate", "key"),
        )
        for version in ("", "_version")
    ),
    "newer than the schema": frozenset(
        {
            ("alicloud_api_gateway_api", "app_code_auth_type"),
            ("alicloud_cs_kubernetes_node_pool", "resource_pool_options"),
            ("alicloud_ebs_disk_replica_group", "enable_rtc"),
            ("alicloud_ebs_solution_instance", "tags"),
            ("alicloud_ecs_auto_snapshot_policy", "association_type"),
            ("alicloud_ecs_auto_snapshot_policy", "target_tags"),
            ("alicloud_ecs_snapshot", "wait_until"),
            ("alicloud_fcv3_custom_domain", "certificate_id"),
            ("alicloud_fcv3_function", "registry_config"),
            ("alicloud_ga_accelerator", "bandwidth"),
            ("alicloud_ga_accelerator", "ip_set_config"),
            *(
                ("alicloud_hbr_policy_binding", name)
                for name in (
                    *("app_consistent", "enable_fs_freeze", "enable_writers", "post_script_path", "pre_script_path"),
                    *("ram_role_name", "snapshot_group", "timeout_in_seconds"),
                )
            ),
            ("alicloud_image_import", "features"),
            ("alicloud_instance", "accelerators"),
            ("alicloud_instance", "enable_network_encryption"),
            ("alicloud_instance", "instance_metadata_tags"),
            *(("alicloud_message_service_queue", f"{name}") for name in ("enable_sse", "kms_key_id", "sse_algorithm")),
            ("alicloud_message_service_queue", "sse_type"),
            *(
                ("alicloud_milvus_instance", name)
                for name in (
                    *("auto_renew", "data_disks", "is_multi_az_storage", "load_replicas", "pay_type", "promotion_no"),
                )
            ),
            ("alicloud_nlb_server_group", "ip_version_affinity_mode"),
            *(
                ("alicloud_polardb_cluster", f"{node}_node_{what}")
                for node in ("cn", "dn")
                for what in ("class", "num")
            ),
            ("alicloud_polardb_cluster_endpoint", "scc_mode"),
            ("alicloud_ram_user", "tags"),
            ("alicloud_realtime_compute_vvp_instance", "auto_renew_duration"),
            ("alicloud_realtime_compute_vvp_instance", "renew_status"),
            ("alicloud_realtime_compute_vvp_instance", "renewal_duration_unit"),
            ("alicloud_snapshot", "wait_until"),
            ("alicloud_snapshot_policy", "association_type"),
            ("alicloud_snapshot_policy", "target_tags"),
            ("aws_bedrockagent_data_source", "context_enrichment_configuration"),
            ("aws_bedrockagent_data_source", "sync_schedule"),
            ("aws_bedrockagentcore_agent_runtime", "platform_version"),
            ("aws_bedrockagentcore_workload_identity", "tags"),
            ("aws_cloudwatch_metric_alarm", "evaluation_window"),
            ("aws_cloudwatch_otel_enrichment", "exclude_filters"),
            ("aws_cloudwatch_otel_enrichment", "include_filters"),
            ("aws_eks_cluster", "default_addons_to_removes"),
            ("aws_network_interface", "connection_tracking_specification"),
            ("aws_observabilityadmin_telemetry_evaluation", "all_regions"),
            ("aws_observabilityadmin_telemetry_evaluation", "regions"),
            *(
                ("aws_quicksight_custom_permissions", name)
                for name in (
                    *("action", "analysis", "automate", "chat_agent", "create_chat_agents", "dashboard", "flow"),
                    *("knowledge_base", "perform_flow_ui_task", "publish_without_approval", "research", "space"),
                    *("use_agent_web_search", "use_bedrock_models"),
                )
            ),
            ("aws_rds_cluster", "publicly_accessible"),
            ("aws_resiliencehubv2_input_source", "label_selector"),
            ("aws_resiliencehubv2_policy", "sharing_enabled"),
            ("aws_s3_bucket", "blocked_encryption_types"),
            ("aws_sns_topic", "maximum_message_size"),
            ("aws_wafv2_rule_group", "monetization_config"),
            ("aws_wafv2_rule_group", "monetize"),
            ("aws_wafv2_web_acl", "monetization_config"),
        }
    ),
    "an id that the SDK calls by the type, the schema id": frozenset(
        {("aws_elasticache_reserved_cache_node", "elasticache_reserved_cache_node_id")}
    ),
    "a list of blocks since provider 2.0, a map in the schema": frozenset(
        {
            ("alicloud_api_gateway_instance", "to_connect_vpc_ip_block"),
            ("alicloud_cs_edge_kubernetes", "runtime"),
            ("alicloud_cs_kubernetes", "runtime"),
        }
    ),
    "an attribute that is another resource's, deprecated": frozenset(
        {("alicloud_alb_acl_entry_attachment", "entries")}
    ),
}

#: What stands in the place of a class: its Terraform type.
EXCEPTIONS = {
    "alicloud:vpc/network:Network": "alicloud_vpc",
    "alicloud:vpc/switch:Switch": "alicloud_vswitch",
    "alicloud:vpc/natGateway:NatGateway": "alicloud_nat_gateway",
    "alicloud:vpc/networkAcl:NetworkAcl": "alicloud_network_acl",
    "alicloud:vpc/vpcNetworkAclAttachment:VpcNetworkAclAttachment": "alicloud_vpc_network_acl_attachment",
    "alicloud:ecs/diskEncryptionByDefault:DiskEncryptionByDefault": "alicloud_ecs_disk_encryption_by_default",
    "alicloud:ecs/securityGroup:SecurityGroup": "alicloud_security_group",
    "alicloud:ecs/instance:Instance": "alicloud_instance",
    "alicloud:rds/instance:Instance": "alicloud_db_instance",
    "alicloud:rds/backupPolicy:BackupPolicy": "alicloud_db_backup_policy",
    "alicloud:rds/readOnlyInstance:ReadOnlyInstance": "alicloud_db_readonly_instance",
    "alicloud:rds/account:Account": "alicloud_db_account",
    "alicloud:cs/nodePool:NodePool": "alicloud_cs_kubernetes_node_pool",
    "alicloud:cs/kubernetesPermission:KubernetesPermission": "alicloud_cs_kubernetes_permissions",
    "alicloud:cr/registryEnterpriseInstance:RegistryEnterpriseInstance": "alicloud_cr_ee_instance",
    "alicloud:cs/registryEnterpriseRepo:RegistryEnterpriseRepo": "alicloud_cr_ee_repo",
    "alicloud:fc/v3Function:V3Function": "alicloud_fcv3_function",
    "alicloud:yundun/dBAuditInstance:DBAuditInstance": "alicloud_yundun_dbaudit_instance",
    "alicloud:cas/serviceCertificate:ServiceCertificate": "alicloud_ssl_certificates_service_certificate",
    "alicloud:slb/applicationLoadBalancer:ApplicationLoadBalancer": "alicloud_slb_load_balancer",
    "alicloud:dns/alidnsRecord:AlidnsRecord": "alicloud_alidns_record",
    "alicloud:dns/domain:Domain": "alicloud_dns",
    "alicloud:cfg/rule:Rule": "alicloud_config_rule",
    "alicloud:cloudfirewall/controlPolicy:ControlPolicy": "alicloud_cloud_firewall_control_policy",
    "alicloud:threatdetection/instance:Instance": "alicloud_threat_detection_instance",
    "alicloud:alidnscloudgtmaddress/pool:Pool": "alicloud_alidns_cloud_gtm_address_pool",
    "aws:rds/instance:Instance": "aws_db_instance",
    "aws:rds/parameterGroup:ParameterGroup": "aws_db_parameter_group",
    "aws:rds/subnetGroup:SubnetGroup": "aws_db_subnet_group",
    "aws:rds/cluster:Cluster": "aws_rds_cluster",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
    "aws:s3/bucketV2:BucketV2": "aws_s3_bucket",
    "aws:cloudtrail/trail:Trail": "aws_cloudtrail",
    "aws:cfg/recorder:Recorder": "aws_config_configuration_recorder",
    "aws:cfg/rule:Rule": "aws_config_config_rule",
    "aws:cfg/conformancePack:ConformancePack": "aws_config_conformance_pack",
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:ec2transitgateway/transitGateway:TransitGateway": "aws_ec2_transit_gateway",
    "aws:ec2/instance:Instance": "aws_instance",
    "aws:lambda/function:Function": "aws_lambda_function",
}


def certain_tokens() -> Iterator[tuple[str, str]]:
    """(token, Terraform type) of everything that was held against the schemas."""
    return ((token, terraform_type(token)) for token in names.tokens() if is_certain(token))


def different() -> frozenset[tuple[str, str]]:
    return frozenset().union(*DIFFERENCES.values())


# --------------------------------------------------------------------------------------------------------------
# Types
# --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("token", "kind"), EXCEPTIONS.items())
def test_types_whose_name_is_no_rule(token: str, kind: str) -> None:
    assert terraform_type(token) == kind
    assert is_certain(token)


def test_nearly_all_types_are_certain() -> None:
    """The others are newer than the schemas, or named so that no rule finds them: none of what rules read."""
    found = list(names.tokens())
    assert len(found) == len(set(found)) > 2900
    assert sum(map(is_certain, found)) / len(found) > 0.94


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_type_of_a_rule_is_certain(cloud: str) -> None:
    sdk = installed(cloud)
    wrong = []
    for kind in kinds(cloud):
        token = pulumi_token(kind)
        if terraform_type(token) != kind or not is_certain(token) or (sdk is not None and sdk.token(kind) != token):
            wrong.append(f"{kind}: {token}")
    assert wrong == []


@with_schemas
def test_types_exist() -> None:
    assert [f"{token}: {kind}" for token, kind in certain_tokens() if resource_type(kind) is None] == []


def test_one_class_for_each_type() -> None:
    """The reverse of a type leads back to the type, also where several classes are it."""
    kinds_ = {kind for _, kind in certain_tokens()}
    assert {kind for kind in kinds_ if terraform_type(pulumi_token(kind)) != kind} == set()
    assert pulumi_token("aws_s3_bucket") == "aws:s3/bucket:Bucket"  # not the deprecated BucketV2


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("alicloud:oss/bucketSomethingNew:BucketSomethingNew", "alicloud_oss_bucket_something_new"),
        ("alicloud:ecs/ecsThing:EcsThing", "alicloud_ecs_thing"),
        ("aws:cfg/newRule:NewRule", "aws_config_new_rule"),
        ("random:index/randomPassword:RandomPassword", "random_password"),
        ("pulumi:pulumi:Stack", "pulumi_pulumi_stack"),
    ],
)
def test_a_guess_is_said_to_be_one(token: str, kind: str) -> None:
    assert terraform_type(token) == kind
    assert not is_certain(token)


def test_no_class_is_a_type_of_another_cloud() -> None:
    with pytest.raises(KeyError):
        pulumi_token("tencentcloud_cos_bucket")


# --------------------------------------------------------------------------------------------------------------
# Properties
# --------------------------------------------------------------------------------------------------------------


def compiler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compile_names", ROOT / "scripts" / "compile_names.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _below(kind: str, block: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The block of this name, None where it is an attribute of its own type."""
    if kind.startswith("aws_wafv2_") and name in ("statement", "scope_down_statement"):
        return None  # spelled out once in the schema, of one type
    found: Mapping[str, Any] | None = block.get("b", {}).get(name)
    return found


def _wrong(kind: str) -> Iterator[tuple[str, str, str]]:
    """(type, name, what is wrong) of every name of a type that the schema has not, or has with another nesting."""
    seen: set[tuple[int, int]] = set()

    def walk(index: int, block: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        if (index, id(block)) in seen:
            return
        seen.add((index, id(block)))
        for item in names._node(index).values():
            nested, written = _below(kind, block, item.name), block.get("a", {}).get(item.name)
            if nested is None and written is None:
                if not (kind.startswith("aws_wafv2_") and item.name in ("statement", "scope_down_statement")):
                    yield kind, item.name, "is not in the schema"
            elif nested is not None:
                single = nested["n"] in ("single", "attr-single")
                wanted = names.SINGLE if single else names.OBJECT + names.OBJECTS
                if item.form not in tuple(wanted) and item.form != names.MAP_OF_OBJECTS:
                    yield kind, item.name, f"is a block ({nested['n']}), of form {item.form!r} here"
                else:
                    yield from walk(item.node, nested)
            elif item.form == names.VALUE and not re.match(r"(list|set)\(", written):
                yield kind, item.name, f"is {written}, a list of one here"
            elif item.form == names.DOCUMENT and not written.startswith("string"):
                yield kind, item.name, f"is {written}, a text here"
            elif item.form in (names.OBJECT, names.OBJECTS) and not re.match(
                r"((list|set)\()+(object|[A-Z])|any", written
            ):
                yield kind, item.name, f"is {written}, a block here"
            elif item.form == names.SINGLE and not written.startswith("object"):
                yield kind, item.name, f"is {written}, an object here"
            elif item.form == names.MAPS and not written.startswith(("list(map", "set(map")):
                yield kind, item.name, f"is {written}, a list of maps here"

    block = resource_type(kind)
    assert block is not None
    yield from walk(names._entry(pulumi_token(kind)).node, block)


@with_schemas
def test_every_name_exists_with_the_same_nesting() -> None:
    found = [item for kind in {kind for _, kind in certain_tokens()} for item in _wrong(kind)]
    wrong = [" ".join(item) for item in found if item[:2] not in different()]
    assert sorted(wrong) == []
    assert different() - {item[:2] for item in found} == set(), "no longer a difference"


@pytest.mark.slow
@with_schemas
def test_the_table_is_current() -> None:
    if any(installed(cloud) is None for cloud in CLOUDS):
        pytest.skip("pulumi-alicloud and pulumi-aws are not installed")
    module = compiler()
    content, _ = module.compiled()
    text = (ROOT / "components" / "names.json").read_text(encoding="utf-8")
    assert module.written(content) == text, "run python scripts/compile_names.py"


def test_the_table_is_small() -> None:
    assert (ROOT / "components" / "names.json").stat().st_size < 600_000


BUCKET = "alicloud:oss/bucket:Bucket"


@pytest.mark.parametrize(
    ("token", "wire", "terraform"),
    [
        (
            BUCKET,
            {
                "lifecycleRules": [
                    {"enabled": True, "expirations": [{"days": 3}], "filter": {"not": {"tag": {"key": "aKey"}}}}
                ],
                "serverSideEncryptionRule": {"sseAlgorithm": "KMS", "kmsDataEncryption": "SM4"},
                "corsRules": [{"allowedMethods": ["GET"]}],
                "tags": {"camelCase": "kept"},
            },
            {
                "lifecycle_rule": [
                    {"enabled": True, "expiration": [{"days": 3}], "filter": [{"not": [{"tag": [{"key": "aKey"}]}]}]}
                ],
                "server_side_encryption_rule": [{"sse_algorithm": "KMS", "kms_data_encryption": "SM4"}],
                "cors_rule": [{"allowed_methods": ["GET"]}],
                "tags": {"camelCase": "kept"},
            },
        ),
        (
            "alicloud:rds/instance:Instance",
            {"parameters": [{"name": "x", "value": "y"}], "zoneIdSlaveA": "b", "pgHbaConfs": [{"type": "host"}]},
            {"parameters": [{"name": "x", "value": "y"}], "zone_id_slave_a": "b", "pg_hba_conf": [{"type": "host"}]},
        ),
        (
            "alicloud:cms/alarm:Alarm",
            {"prometheuses": [{"promQl": "up"}], "compositeExpression": {"expressionLists": [{"period": 60}]}},
            {"prometheus": [{"prom_ql": "up"}], "composite_expression": [{"expression_list": [{"period": 60}]}]},
        ),
        (
            "alicloud:kms/networkRule:NetworkRule",
            {"sourcePrivateIps": ["10.0.0.0/8"]},
            {"source_private_ip": ["10.0.0.0/8"]},
        ),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}]},
            {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]},
        ),
        (
            "aws:eks/cluster:Cluster",
            {
                "vpcConfig": {"subnetIds": ["a"]},
                "encryptionConfig": {"provider": {"keyArn": "k"}, "resources": ["secrets"]},
            },
            {
                "vpc_config": [{"subnet_ids": ["a"]}],
                "encryption_config": [{"provider": [{"key_arn": "k"}], "resources": ["secrets"]}],
            },
        ),
        ("aws:apigateway/method:Method", {"restApi": "x"}, {"rest_api_id": "x"}),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {"name": "x"}, {"alarm_name": "x"}),
        (
            "alicloud:message/serviceEventRule:ServiceEventRule",
            {"matchRules": [[{"matchState": "x"}]]},
            {"match_rules": [[{"match_state": "x"}]]},
        ),
        (
            "aws:vpclattice/listenerRule:ListenerRule",
            {"match": {"httpMatch": {"headerMatches": [{"caseSensitive": True}]}}},
            {"match": [{"http_match": [{"header_matches": [{"case_sensitive": True}]}]}]},
        ),
        (
            "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
            {"routingRules": [{"redirect": {"protocol": "https"}}], "routingRuleDetails": "[]"},
            {"routing_rule": [{"redirect": [{"protocol": "https"}]}], "routing_rules": "[]"},
        ),
        (
            "aws:wafv2/webAcl:WebAcl",
            {
                "rules": [
                    {"statement": {"andStatement": {"statements": [{"geoMatchStatement": {"countryCodes": ["CN"]}}]}}}
                ]
            },
            {
                "rule": [
                    {
                        "statement": [
                            {"and_statement": [{"statement": [{"geo_match_statement": [{"country_codes": ["CN"]}]}]}]}
                        ]
                    }
                ]
            },
        ),
        (
            "alicloud:ecs/elasticityAssurance:ElasticityAssurance",
            {"instanceType": "ecs.g7.large"},
            {"instance_type": ["ecs.g7.large"]},
        ),
    ],
)
def test_names_and_shapes_both_ways(token: str, wire: Mapping[str, Any], terraform: Mapping[str, Any]) -> None:
    assert attributes(token, wire) == terraform
    assert properties(token, terraform) == wire
    assert names.unknown_names(token, wire) == []


def test_python_names() -> None:
    """Keywords of constructors and keys of nested dictionaries; ``not_`` stands for a word that Python has itself."""
    found = attributes(
        BUCKET,
        {"lifecycle_rules": [{"enabled": True, "filter": {"not_": {"prefix": "a"}}}], "tags": {"not_": "kept"}},
        python=True,
    )
    assert found == {
        "lifecycle_rule": [{"enabled": True, "filter": [{"not": [{"prefix": "a"}]}]}],
        "tags": {"not_": "kept"},
    }
    assert properties(BUCKET, found, python=True) == {
        "lifecycle_rules": [{"enabled": True, "filter": {"not_": {"prefix": "a"}}}],
        "tags": {"not_": "kept"},
    }


def test_what_is_not_set_is_left_out() -> None:
    """None, and what engines add at every depth; in a map the keys are the user's."""
    assert attributes(
        BUCKET, {"bucket": None, "__defaults": ["x"], "versioning": {"status": "Enabled", "__defaults": []}}
    ) == {"versioning": [{"status": "Enabled"}]}
    assert attributes(BUCKET, {"tags": {"__mine": "x", "none": None}}) == {"tags": {"__mine": "x"}}


def test_unknown_names_are_kept_and_told() -> None:
    wire = {"bukcetName": "x", "lifecycleRules": [{"enabledd": True}], "versioning": {"stat": 1}, "tags": {"aB": "c"}}
    assert attributes(BUCKET, wire) == {
        "bukcet_name": "x",
        "lifecycle_rule": [{"enabledd": True}],
        "versioning": [{"stat": 1}],
        "tags": {"aB": "c"},
    }
    assert names.unknown_names(BUCKET, wire) == ["bukcetName", "lifecycleRules.0.enabledd", "versioning.stat"]
    assert names.unknown_names(BUCKET, {"serverSideEncryptionRule": {}}, python=True) == ["serverSideEncryptionRule"]
    assert names.unknown_names("alicloud:oss/x:X", {"a": 1, "b": 2}) == ["a", "b"]


def test_a_document_becomes_its_text() -> None:
    """Policies of AWS are given as an object or as the text; the provider gets the text."""
    found = attributes(
        "aws:iam/policy:Policy", {"policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}}
    )
    assert json.loads(found["policy"]) == {"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}
    assert attributes("aws:iam/policy:Policy", {"policy": "{}"}) == {"policy": "{}"}


def test_several_blocks_where_there_is_room_for_one() -> None:
    with pytest.raises(ValueError, match=r"versioning: 2 where"):
        properties(BUCKET, {"versioning": [{}, {}]})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lifecycleRules[0].filter.not.prefix", "lifecycle_rule.0.filter.not.prefix"),
        ('tags["camelCase"]', "tags.camelCase"),
        ("tags.camelCase", "tags.camelCase"),
        ('["serverSideEncryptionRule"].sseAlgorithm', "server_side_encryption_rule.sse_algorithm"),
        ("*", "*"),
        ("newThing", "new_thing"),
    ],
)
def test_paths(path: str, expected: str) -> None:
    assert names.attribute_path(BUCKET, path) == expected


# --------------------------------------------------------------------------------------------------------------
# There and back
# --------------------------------------------------------------------------------------------------------------


def shaped(index: int, chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """Some attributes as Terraform has them, by the names of a node."""
    found: dict[str, Any] = {}
    items = list(names._node(index).values())
    for item in chance.sample(items, min(len(items), 12 if depth < 3 else 3)):
        if item.form in (names.OBJECT, names.SINGLE, names.OBJECTS) and depth < 6:
            count = chance.randint(1, 2) if item.form == names.OBJECTS else 1
            blocks = [shaped(item.node, chance, depth + 1) for _ in range(count)]
            found[item.name] = blocks[0] if item.form == names.SINGLE else blocks
        elif item.form == names.MAP_OF_OBJECTS:
            found[item.name] = {"aKey": shaped(item.node, chance, depth + 1)}
        elif item.form == names.VALUE:
            found[item.name] = ["one"]
        elif item.form == names.MAPS:
            found[item.name] = [{"aKey": 1}]
        elif not item.form:
            found[item.name] = chance.choice(["text", 5, True, ["a", "b"], {"aKey": "x", "b_key": "y"}])
    return found


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("python", [False, True], ids=["wire", "python"])
def test_there_and_back_is_the_same(cloud: str, python: bool) -> None:
    chance = random.Random(20261122)
    for kind in kinds(cloud):
        token = pulumi_token(kind)
        block = shaped(names._entry(token).node, chance)
        there = properties(token, block, python=python)
        assert attributes(token, there, python=python) == block, kind
        assert names.unknown_names(token, there, python=python) == [], kind


def test_names_of_the_wire_and_of_python_say_the_same() -> None:
    chance = random.Random(7)
    for token, kind in list(certain_tokens())[::23]:
        block = shaped(names._entry(token).node, chance)
        assert attributes(token, properties(token, block)) == attributes(
            token, properties(token, block, python=True), python=True
        ), kind
        assert cloud_of(kind) == token.split(":")[0]


def test_no_sdk_is_imported() -> None:
    code = (
        "import sys; from compliant_infra.components import names, translation; "
        "names.terraform_type('aws:s3/bucket:Bucket'); "
        "print([name for name in sys.modules if name.startswith('pulumi')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
