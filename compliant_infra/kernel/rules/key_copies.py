"""Copies of keys, secrets and container images, and the regions of the keys that encrypt data."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.borders import cloud_of, comes_from, crossing, goes_to
from compliant_infra.kernel.logic import Context, Outcome, each_of, predicate
from compliant_infra.kernel.model import Resource, Severity, Text, Unknown
from compliant_infra.kernel.places import region_of_arn
from compliant_infra.kernel.rules.record import Rule

_IMAGES: Final = Text("replicates images", "将镜像复制")
_SECRETS: Final = Text("copies the secret", "将凭据复制")
_KEYS: Final = Text("copies the key", "将密钥复制")
_REQUESTS: Final = Text("sends requests for the encryption key", "将加密密钥的请求发送")

#: Regions of Tencent Cloud by the numbers that the container registry uses, as the provider documents them.
_REGISTRY_REGIONS: Final = {
    "1": "ap-guangzhou",
    "4": "ap-shanghai",
    "5": "ap-hongkong",
    "8": "ap-beijing",
    "9": "ap-singapore",
    "15": "na-siliconvalley",
    "16": "ap-chengdu",
    "17": "eu-frankfurt",
    "18": "ap-seoul",
    "19": "ap-chongqing",
    "21": "ap-mumbai",
    "22": "na-ashburn",
    "23": "ap-bangkok",
    "24": "eu-moscow",
    "25": "ap-tokyo",
    "33": "ap-nanjing",
    "39": "ap-taipei",
    "72": "ap-jakarta",
}


def _arn_region(text: str) -> str:
    return region_of_arn(text) or text


def _registry_region(number: str) -> str:
    return _REGISTRY_REGIONS.get(number, number)


_BY_NUMBER: Final = goes_to("destination_region_id", _IMAGES, region=_registry_region)


@predicate(reads=("destination_region_id", "destination_registry_id"))
def _registry_replication(resource: Resource, context: Context) -> Outcome:
    """The number of the destination's region; without it, where the destination registry of the scan lies."""
    if resource.attributes.get("destination_region_id") is not None:
        return _BY_NUMBER(resource, context)
    path = "destination_registry_id"
    value = resource.attributes.get(path)
    target = context.resolve(value, "tencentcloud_tcr_instance")
    region = context.region_of(target) if target is not None else Unknown("known-after-apply", path)
    return crossing(context, cloud_of(resource), context.region_of(resource), region, path, _IMAGES)


_KMS_REGION: Final = goes_to("kms_region", _REQUESTS)

_KEY_COPY: Final = Rule(
    code="CN113",
    name="loc-key-secret-image-copy-domestic",
    severity=Severity.HIGH,
    title=Text("Keys, secrets and images are not copied abroad", "密钥、凭据与镜像不得复制到境外"),
    rationale=Text(
        "A key or a secret that lies abroad opens the data that stayed at home, and images carry code, configuration "
        "and at times data; a key service abroad can refuse or record every decryption.",
        "密钥或凭据一旦出境，留在境内的数据也可能被解开；镜像中带有代码、配置甚至数据；"
        "加密若依赖境外密钥服务，每次解密都可能被拒绝或被记录。",
    ),
    remediation=Text(
        "Name a mainland region, or declare the destination and its transfer mechanism in [cross-border]. "
        "Alibaba Cloud: target_region_id (alicloud_cr_ee_sync_rule), encrypt_conf.user_cmk_info.region_id "
        "(alicloud_log_store). AWS: rule.destination.region (aws_ecr_replication_configuration), replica.region "
        "(aws_secretsmanager_secret), the region of aws_kms_replica_key. Tencent Cloud: replications "
        "(tencentcloud_tcr_instance), destination_region_id (tencentcloud_tcr_replication), kms_region, key_region.",
        "将目标改为境内地域，或在 [cross-border] 中声明目的地与出境机制。阿里云：target_region_id"
        "（alicloud_cr_ee_sync_rule）、encrypt_conf.user_cmk_info.region_id（alicloud_log_store）；AWS："
        "rule.destination.region（aws_ecr_replication_configuration）、replica.region（aws_secretsmanager_secret）、"
        "aws_kms_replica_key 所在地域；腾讯云：replications（tencentcloud_tcr_instance）、"
        "destination_region_id（tencentcloud_tcr_replication）、kms_region、key_region。",
    ),
    checks={
        "alicloud_cr_ee_sync_rule": goes_to("target_region_id", _IMAGES),
        "alicloud_log_store": goes_to("encrypt_conf.user_cmk_info.region_id", _REQUESTS),
        "aws_ecr_replication_configuration": goes_to("replication_configuration.rule.destination.region", _IMAGES),
        "aws_secretsmanager_secret": goes_to("replica.region", _SECRETS),
        # A multi-region key lies in one region until a replica is made of it: the replicas are judged.
        "aws_kms_replica_key": comes_from("primary_key_arn", _KEYS, region=_arn_region),
        "aws_kms_replica_external_key": comes_from("primary_key_arn", _KEYS, region=_arn_region),
        "tencentcloud_tcr_instance": each_of(
            goes_to("replications.region_name", _IMAGES),
            goes_to("replications.region_id", _IMAGES, region=_registry_region),
        ),
        "tencentcloud_tcr_replication": _registry_replication,
        "tencentcloud_tcr_manage_replication_operation": _registry_replication,
        "tencentcloud_postgresql_instance": _KMS_REGION,
        "tencentcloud_mongodb_instance": _KMS_REGION,
        "tencentcloud_mongodb_sharding_instance": _KMS_REGION,
        "tencentcloud_mongodb_standby_instance": _KMS_REGION,
        "tencentcloud_mongodb_readonly_instance": _KMS_REGION,
        "tencentcloud_mongodb_instance_transparent_data_encryption": _KMS_REGION,
        "tencentcloud_mysql_instance_encryption_operation": goes_to("key_region", _REQUESTS),
        "tencentcloud_cynosdb_cluster_transparent_encrypt": goes_to("key_region", _REQUESTS),
        "tencentcloud_sqlserver_db_instance_ssl_config": goes_to("cmk_region", _REQUESTS),
        "tencentcloud_kubernetes_encryption_protection": goes_to("kms_configuration.kms_region", _REQUESTS),
        "tencentcloud_cls_topic": goes_to("custom_kms_info.kms_region", _REQUESTS),
    },
)

RULES: tuple[Rule, ...] = (_KEY_COPY,)
