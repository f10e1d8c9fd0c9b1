"""Compile which arguments that a remediation sets cannot be changed on a resource that exists: it would be replaced.

    python scripts/compile_replacement.py           write compliant_infra/remediations/replacement.json
    python scripts/compile_replacement.py --check   change nothing; exit status 1 where the file is not current
    python scripts/compile_replacement.py --report  say what is known of each path of AWS, and from where

The file: resource type -> dotted paths of arguments and blocks (without indexes) whose change replaces the resource, or
is refused by the provider because the cloud cannot change it; ``unconfirmed``: the same of what neither the schema nor
the documentation decides. A fix treats both alike: an unconfirmed one may well be changed in place, but nobody who
applies a fix should find out by losing a database.

Alibaba Cloud, Tencent Cloud: the providers' schemas of ``COMPLIANT_INFRA_SCHEMAS``, and what the providers refuse to
change, or silently do not, although their schemas do not say so. AWS: the documentation in the SDK where it speaks of a
replacement; beside it the two tables below, for much of what replaces a resource is not in the documentation. Google
Cloud has no part in it: no fix is offered for it.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from compliant_infra.components import names
from compliant_infra.components.input_checks import arguments_class, properties_of
from compliant_infra.hcl_checks.reader import Body, parse
from tests.rules.schemas import loaded

REMEDIATIONS: Final = Path(__file__).resolve().parent.parent / "compliant_infra" / "remediations"
TARGET: Final = REMEDIATIONS / "replacement.json"

#: Blocks and arguments of Terraform itself.
_META: Final = frozenset({"lifecycle", "provisioner", "connection", "count", "for_each", "depends_on"})
#: Moving a resource to another provider configuration or region is never a change in place.
_PLACES: Final = frozenset({"provider", "region"})

_REPLACES: Final = re.compile(
    r"forces? (?:a |the )?(?:new|replacement|recreation)|(?:creates|trigger)s? (?:a )?(?:new resource|replacement)"
    r"|force (?:a )?(?:replacement|recreation)|recreat(?:e|ion of) the resource",
    re.IGNORECASE,
)

#: Arguments that a provider does not change, and does not replace the resource for either: it refuses to ("cannot be
#: changed"), or sets them when the resource is made and ignores them afterwards; and what it changes at the same price.
REFUSED: Final[Mapping[str, Sequence[str]]] = {
    "alicloud_apig_gateway": ("log_config", "log_config.sls", "log_config.sls.enable"),
    "alicloud_cloud_firewall_nat_firewall": ("firewall_switch",),
    "alicloud_cr_ee_instance": ("image_scanner",),
    "alicloud_cs_edge_kubernetes": ("slb_internet_enabled",),
    "alicloud_cs_managed_kubernetes": ("slb_internet_enabled",),
    "alicloud_db_instance": ("encryption_key",),  # but for PostgreSQL
    "alicloud_disk": ("encrypt_algorithm",),
    "alicloud_ecs_disk": ("encrypt_algorithm",),
    "tencentcloud_cam_user": ("use_api",),
    "tencentcloud_clb_instance": ("master_zone_id", "slave_zone_id", "zone_id"),
    "tencentcloud_cls_cloud_product_log_task": ("cls_region",),
    "tencentcloud_cls_cloud_product_log_task_v2": ("cls_region",),
    "tencentcloud_cynosdb_account": ("account_name",),
    "tencentcloud_dcdb_db_instance": ("zones",),
    "tencentcloud_eip": ("anti_ddos_package_id",),
    "tencentcloud_elasticsearch_instance": ("node_info_list.encrypt",),
    # A change installs the operating system anew, over what the system disk holds.
    "tencentcloud_instance": ("disable_security_service", "keep_image_login"),
    "tencentcloud_instance_set": ("disable_security_service",),
    "tencentcloud_kubernetes_cluster": ("cluster_intranet",),
    "tencentcloud_mariadb_account": ("user_name",),
    "tencentcloud_mongodb_instance_transparent_data_encryption": ("kms_region",),
    "tencentcloud_mysql_instance": ("availability_zone",),
    "tencentcloud_sqlserver_account": ("name",),
    "tencentcloud_teo_l4_proxy": ("area",),
    "tencentcloud_tse_instance": ("subnet_id", "vpc_id"),
    "tencentcloud_vpc_flow_log": ("cloud_log_region", "traffic_type"),
    "tencentcloud_vpc_peer_connect_manager": ("destination_region",),
}

#: AWS: what the provider replaces a resource for and its documentation does not say. ``*``: every argument.
AWS_REPLACES: Final[Mapping[str, Sequence[str]]] = {
    "aws_acm_certificate": ("key_algorithm",),
    "aws_acmpca_certificate": ("signing_algorithm",),
    "aws_acmpca_certificate_authority": ("certificate_authority_configuration",),
    "aws_alb": ("internal",),
    "aws_ami_copy": ("*",),
    "aws_backup_logically_air_gapped_vault": ("*",),
    "aws_backup_vault": ("kms_key_arn",),
    "aws_backup_vault_lock_configuration": ("*",),
    "aws_db_instance": ("engine", "kms_key_id", "snapshot_identifier", "storage_encrypted", "username"),
    "aws_db_snapshot_copy": ("kms_key_id",),
    "aws_dms_replication_instance": ("publicly_accessible",),
    "aws_docdb_cluster": ("db_subnet_group_name", "kms_key_id", "master_username", "storage_encrypted"),
    "aws_ebs_snapshot_copy": ("encrypted", "kms_key_id"),
    "aws_ebs_snapshot_import": ("encrypted", "kms_key_id"),
    "aws_ebs_volume": ("encrypted", "kms_key_id"),
    "aws_ec2_transit_gateway_peering_attachment": ("peer_region",),
    "aws_ecs_task_definition": ("container_definitions",),
    "aws_efs_file_system": ("encrypted", "kms_key_id"),
    "aws_eks_node_group": ("subnet_ids",),
    "aws_elasticache_replication_group": ("at_rest_encryption_enabled", "kms_key_id", "transit_encryption_enabled"),
    "aws_elasticsearch_domain": ("encrypt_at_rest.kms_key_id",),
    "aws_flow_log": ("traffic_type",),
    "aws_iam_server_certificate": ("certificate_body",),
    "aws_iam_user_policy_attachment": ("policy_arn",),
    "aws_instance": ("ebs_block_device", "host_id", "key_name", "root_block_device.encrypted", "subnet_id"),
    "aws_key_pair": ("public_key",),
    "aws_kms_key": ("customer_master_key_spec", "key_usage"),
    "aws_lambda_permission": ("*",),
    "aws_launch_configuration": ("*",),
    "aws_lb": ("internal",),
    "aws_memorydb_cluster": ("tls_enabled",),
    "aws_mq_broker": ("publicly_accessible",),
    "aws_msk_cluster": ("broker_node_group_info.client_subnets", "encryption_info.encryption_in_transit.in_cluster"),
    "aws_network_acl_rule": ("*",),
    "aws_networkfirewall_rule_group": ("type",),
    "aws_opensearch_domain": ("encrypt_at_rest.kms_key_id",),
    "aws_rds_cluster": ("db_subnet_group_name", "kms_key_id", "master_username", "storage_encrypted"),
    "aws_redshift_cluster": ("cluster_subnet_group_name", "master_username"),
    "aws_redshift_snapshot_copy": ("destination_region",),
    "aws_sagemaker_domain": ("kms_key_id",),
    "aws_sagemaker_endpoint_configuration": ("*",),
    "aws_sagemaker_model": ("enable_network_isolation",),
    "aws_sagemaker_notebook_instance": ("direct_internet_access", "kms_key_id", "security_groups", "subnet_id"),
    "aws_secretsmanager_secret_version": ("secret_string",),
    "aws_security_group_rule": (
        *("cidr_blocks", "from_port", "ipv6_cidr_blocks", "prefix_list_ids", "protocol", "to_port"),
    ),
    "aws_ssoadmin_account_assignment": ("*",),
    "aws_subnet": ("availability_zone",),
    "aws_vpc_peering_connection": ("peer_region",),
}

#: AWS: what the service changes in place, and the documentation speaks of no replacement. ``*``: every argument that
#: the documentation and the table above do not name.
AWS_IN_PLACE: Final[Mapping[str, Sequence[str]]] = {
    "aws_alb": ("access_logs", "enable_deletion_protection"),
    "aws_alb_listener": ("*",),
    "aws_api_gateway_domain_name": ("security_policy",),
    "aws_api_gateway_method": ("authorization",),
    "aws_api_gateway_stage": ("access_log_settings",),
    "aws_apigatewayv2_domain_name": ("mutual_tls_authentication",),
    "aws_apigatewayv2_route": ("authorization_type",),
    "aws_apigatewayv2_stage": ("access_log_settings",),
    "aws_autoscaling_group": ("availability_zones", "vpc_zone_identifier"),
    "aws_backup_plan": ("rule",),
    "aws_cloudfront_distribution": ("*",),
    "aws_cloudtrail": ("*",),
    "aws_cloudwatch_event_rule": ("state",),
    "aws_cloudwatch_log_destination": ("role_arn", "target_arn"),
    "aws_cloudwatch_log_group": ("kms_key_id", "retention_in_days"),
    "aws_cloudwatch_metric_alarm": ("actions_enabled", "alarm_actions"),
    "aws_codebuild_project": ("environment",),
    "aws_config_configuration_recorder": ("recording_group",),
    "aws_config_configuration_recorder_status": ("is_enabled",),
    "aws_db_cluster_snapshot": ("shared_accounts",),
    "aws_db_instance": (
        *("backup_retention_period", "deletion_protection", "enabled_cloudwatch_logs_exports", "multi_az", "password"),
        *("final_snapshot_identifier", "manage_master_user_password", "parameter_group_name", "publicly_accessible"),
        *("db_subnet_group_name", "skip_final_snapshot", "vpc_security_group_ids"),
    ),
    "aws_db_parameter_group": ("parameter",),
    "aws_db_proxy": ("require_tls",),
    "aws_db_snapshot": ("shared_accounts",),
    "aws_db_subnet_group": ("subnet_ids",),
    "aws_default_network_acl": ("ingress",),
    "aws_default_security_group": ("egress", "ingress"),
    "aws_dlm_lifecycle_policy": ("policy_details",),
    "aws_dms_endpoint": ("server_name",),
    "aws_docdb_cluster": ("backup_retention_period",),
    "aws_docdb_cluster_parameter_group": ("parameter",),
    "aws_dynamodb_table": ("point_in_time_recovery", "replica", "stream_enabled", "stream_view_type", "ttl"),
    "aws_ebs_encryption_by_default": ("enabled",),
    "aws_ebs_snapshot_block_public_access": ("state",),
    "aws_ec2_image_block_public_access": ("state",),
    "aws_ec2_transit_gateway_vpc_attachment": ("subnet_ids",),
    "aws_ecr_registry_policy": ("policy",),
    "aws_ecr_registry_scanning_configuration": ("rule",),
    "aws_ecr_replication_configuration": ("replication_configuration",),
    "aws_ecr_repository": (
        *("image_scanning_configuration", "image_tag_mutability", "image_tag_mutability_exclusion_filter"),
    ),
    "aws_ecr_repository_creation_template": ("image_tag_mutability",),
    "aws_ecr_repository_policy": ("policy",),
    "aws_efs_file_system_policy": ("policy",),
    "aws_efs_mount_target": ("security_groups",),
    "aws_eip": ("instance",),
    "aws_eks_cluster": ("deletion_protection", "enabled_cluster_log_types", "encryption_config", "vpc_config"),
    "aws_elasticache_replication_group": (
        *("auth_token", "automatic_failover_enabled", "multi_az_enabled", "num_cache_clusters"),
        *("snapshot_retention_limit", "transit_encryption_mode", "user_group_ids"),
    ),
    "aws_elasticache_subnet_group": ("subnet_ids",),
    "aws_elasticache_user": ("authentication_mode", "no_password_required"),
    "aws_elasticsearch_domain": ("cluster_config", "domain_endpoint_options"),
    "aws_elb": ("*",),
    "aws_globalaccelerator_accelerator": ("enabled",),
    "aws_globalaccelerator_custom_routing_accelerator": ("enabled",),
    "aws_guardduty_detector": ("*",),
    "aws_iam_account_password_policy": ("*",),
    "aws_iam_group_policy": ("policy",),
    "aws_iam_policy": ("policy",),
    "aws_iam_policy_attachment": ("users",),
    "aws_iam_role": ("assume_role_policy", "inline_policy", "managed_policy_arns", "max_session_duration"),
    "aws_iam_role_policy": ("policy",),
    "aws_iam_user_policy": ("policy",),
    "aws_iam_user_policy_attachments_exclusive": ("policy_arns",),
    "aws_imagebuilder_distribution_configuration": ("distribution",),
    "aws_inspector2_organization_configuration": ("auto_enable",),
    "aws_instance": ("metadata_options", "user_data", "user_data_base64", "root_block_device"),
    "aws_kinesis_firehose_delivery_stream": ("http_endpoint_configuration", "server_side_encryption"),
    "aws_kinesis_stream": ("encryption_type", "kms_key_id"),
    "aws_kms_key": ("deletion_window_in_days", "enable_key_rotation", "policy", "rotation_period_in_days"),
    "aws_kms_key_policy": ("policy",),
    "aws_lambda_function": ("environment", "logging_config", "vpc_config"),
    "aws_lambda_function_url": ("authorization_type",),
    "aws_launch_template": ("*",),
    "aws_lb": ("access_logs",),
    "aws_lb_listener": ("*",),
    "aws_macie2_account": ("status",),
    "aws_memorydb_cluster": ("acl_name", "snapshot_retention_limit"),
    "aws_msk_cluster": (
        *("broker_node_group_info.connectivity_info", "broker_node_group_info.instance_type"),
        "encryption_info.encryption_in_transit.client_broker",
    ),
    "aws_network_acl": ("ingress",),
    "aws_networkfirewall_firewall": ("subnet_mapping",),
    "aws_networkfirewall_firewall_policy": (
        *("firewall_policy.stateful_default_actions", "firewall_policy.stateful_rule_group_reference"),
        *("firewall_policy.stateless_default_actions", "firewall_policy.stateless_fragment_default_actions"),
    ),
    "aws_networkfirewall_rule_group": ("rule_group", "rules"),
    "aws_opensearch_domain": ("domain_endpoint_options",),
    "aws_organizations_organization": ("enabled_policy_types",),
    "aws_organizations_policy": ("content",),
    "aws_rds_cluster": (
        *("deletion_protection", "enabled_cloudwatch_logs_exports", "final_snapshot_identifier"),
        *("skip_final_snapshot", "vpc_security_group_ids"),
    ),
    "aws_rds_cluster_instance": ("publicly_accessible",),
    "aws_rds_cluster_parameter_group": ("parameter",),
    "aws_redshift_cluster": ("encrypted", "kms_key_id"),
    "aws_redshift_subnet_group": ("subnet_ids",),
    "aws_redshiftserverless_workgroup": ("publicly_accessible",),
    "aws_s3_account_public_access_block": ("*",),
    "aws_s3_bucket": ("acceleration_status", "acl", "server_side_encryption_configuration", "lifecycle_rule"),
    "aws_s3_bucket_accelerate_configuration": ("status",),
    "aws_s3_bucket_acl": ("acl",),
    "aws_s3_bucket_lifecycle_configuration": ("rule",),
    "aws_s3_bucket_policy": ("policy",),
    "aws_s3_bucket_public_access_block": ("*",),
    "aws_s3_bucket_replication_configuration": ("rule",),
    "aws_s3_bucket_server_side_encryption_configuration": ("rule",),
    "aws_s3_bucket_versioning": ("versioning_configuration",),
    "aws_secretsmanager_secret": ("kms_key_id", "replica"),
    "aws_secretsmanager_secret_rotation": ("rotation_rules",),
    "aws_security_group": ("egress", "ingress"),
    "aws_security_group_rule": ("description",),
    "aws_sns_topic": ("kms_master_key_id",),
    "aws_sqs_queue": ("kms_master_key_id", "sqs_managed_sse_enabled"),
    "aws_ssm_association": ("schedule_expression",),
    "aws_ssm_parameter": ("value",),
    "aws_ssm_patch_baseline": ("approval_rule",),
    "aws_ssoadmin_managed_policy_attachments_exclusive": ("managed_policy_arns",),
    "aws_ssoadmin_permission_set": ("session_duration",),
    "aws_vpc_endpoint": ("subnet_ids",),
    "aws_vpc_security_group_egress_rule": ("*",),
    "aws_vpc_security_group_ingress_rule": (
        *("cidr_ipv4", "cidr_ipv6", "description", "from_port", "ip_protocol", "to_port"),
    ),
    "aws_vpn_connection": (
        *(
            f"tunnel{tunnel}_{option}"
            for tunnel in (1, 2)
            for option in (
                *("dpd_timeout_action", "ike_versions", "phase1_dh_group_numbers", "phase1_encryption_algorithms"),
                *("phase1_integrity_algorithms", "phase2_dh_group_numbers", "phase2_encryption_algorithms"),
                "phase2_integrity_algorithms",
            )
        ),
    ),
    "aws_wafregional_web_acl": ("logging_configuration",),
    "aws_wafv2_web_acl": ("rule",),
}


def set_paths(body: Body, prefix: str = "") -> Iterator[str]:
    """The dotted paths that a block sets: arguments, and blocks, which are added or taken away as a whole."""
    for name in body.attributes:
        if prefix or name not in _META:
            yield prefix + name
    for block in body.blocks:
        if block.type == "dynamic":
            name = block.labels[0]
            yield prefix + name
            for content in block.body.blocks:
                if content.type == "content":
                    yield from set_paths(content.body, f"{prefix}{name}.")
        elif prefix or block.type not in _META:
            yield prefix + block.type
            yield from set_paths(block.body, f"{prefix}{block.type}.")


def mended(cloud: str) -> dict[str, set[str]]:
    """What the snippets of a cloud set on resources that are there, by type."""
    found: dict[str, set[str]] = {}
    for path in sorted((REMEDIATIONS / cloud).glob("*.tf")):
        for block in parse(path.read_text(encoding="utf-8")).body.blocks:
            if block.type == "resource" and block.labels[1] == "this" and block.labels[0].startswith(f"{cloud}_"):
                found.setdefault(block.labels[0], set()).update(set_paths(block.body))
    return found


def _above(path: str) -> list[str]:
    """The path and the blocks that it lies in, from the outside."""
    parts = path.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def of_schema(cloud: str) -> dict[str, list[str]]:
    """The paths that force a new resource by a provider's schema."""
    schema = loaded(cloud)
    assert schema is not None
    found: dict[str, list[str]] = {}
    for kind, paths in sorted(mended(cloud).items()):
        constraints = schema["constraints"].get(kind, {})
        refused = set(REFUSED.get(kind, ()))
        forcing = sorted(
            path
            for path in paths
            if path in _PLACES
            or path in refused
            # What an immutable block contains is as immutable as the block: a changed element is another element.
            or any(constraints.get(place, {}).get("fn") for place in _above(path))
        )
        if forcing:
            found[kind] = forcing
    return found


def documentation(kind: str) -> dict[str, str]:
    """The SDK's documentation of a type's inputs at every depth, by Terraform's dotted path."""
    from pulumi import _types

    found: dict[str, str] = {}
    token = names.pulumi_token(kind)

    def walk(arguments: type, prefix: str, above: frozenset[type]) -> None:
        known = properties_of(arguments)
        for python, wire in _types.input_type_py_to_pulumi_names(arguments).items():
            path = f"{prefix}.{wire}" if prefix else wire
            getter: Any = inspect.getattr_static(arguments, python).fget
            getter = getattr(getter, "_pulumi_deprecated_callable", getter)
            found[names.attribute_path(token, path)] = inspect.cleandoc(getter.__doc__ or "")
            shape = known.shapes[wire]
            while shape.element is not None or shape.values is not None:
                shape = shape.element or shape.values or shape
            if shape.properties is not None and shape.properties not in above and path.count(".") < 4:
                walk(shape.properties, path, above | {shape.properties})

    arguments = arguments_class(token) if token else None
    if arguments is not None:
        walk(arguments, "", frozenset())
    return found


def _named(table: Mapping[str, Sequence[str]], kind: str, path: str) -> bool:
    """Whether a table names the path, or a block that it lies in."""
    entries = table.get(kind, ())
    return "*" in entries or any(place in entries for place in _above(path))


def of_aws() -> Iterator[tuple[str, str, str]]:
    """Type, path and what is known of every path of AWS: ``documented``, ``table``, ``in place``, ``unconfirmed``."""
    for kind, paths in sorted(mended("aws").items()):
        texts = documentation(kind)
        for path in sorted(paths):
            leaf = not any(other.startswith(f"{path}.") for other in paths)
            if path in _PLACES:
                yield kind, path, "table"
            elif any(_REPLACES.search(texts.get(place, "")) for place in _above(path) if leaf or place == path):
                yield kind, path, "documented"
            elif path in AWS_REPLACES.get(kind, ()) or _named({kind: AWS_REPLACES.get(kind, ())}, kind, path):
                yield kind, path, "table"
            elif path in ("tags", "tags_all") or _named(AWS_IN_PLACE, kind, path):
                yield kind, path, "in place"
            elif not leaf:
                yield kind, path, "in place"  # said of what the block contains
            else:
                yield kind, path, "unconfirmed"


def compiled() -> str:
    """The file's text."""
    warnings.simplefilter("ignore")  # deprecated classes say so when they are imported
    forcing: dict[str, list[str]] = {}
    unconfirmed: dict[str, list[str]] = {}
    for cloud in ("alicloud", "tencentcloud"):
        forcing |= of_schema(cloud)
    for kind, path, known in of_aws():
        if known in ("documented", "table"):
            forcing.setdefault(kind, []).append(path)
        elif known == "unconfirmed":
            unconfirmed.setdefault(kind, []).append(path)
    apart = ",\n".join(_lines(unconfirmed))
    return "{\n" + ",\n".join([*_lines(forcing), f'"unconfirmed": {{\n{apart}\n}}']) + "\n}\n"


def _lines(paths: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{json.dumps(kind)}: {json.dumps(sorted(paths[kind]))}" for kind in sorted(paths)]


def main(arguments: Sequence[str]) -> int:
    """Write, check or report."""
    if loaded("alicloud") is None:
        sys.stderr.write("COMPLIANT_INFRA_SCHEMAS does not name a folder with the providers' schemas\n")
        return 2
    if "--report" in arguments:
        for kind, path, known in of_aws():
            sys.stdout.write(f"{known}\t{kind}.{path}\n")
        return 0
    text = compiled()
    if "--check" in arguments:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
