"""The rule on secrets in code (CN055)."""

from __future__ import annotations

from typing import Final

from compliant_infra.kernel.google_secrets import METADATA
from compliant_infra.kernel.logic import each_of
from compliant_infra.kernel.model import Severity, Text
from compliant_infra.kernel.rules.record import Rule
from compliant_infra.kernel.secrets import (
    container_definitions,
    named_variables,
    parameter_value,
    secret_arguments,
    secret_values,
    user_data,
    variables,
)

#: ``credentials`` is a key file's path or content; only a content is a secret.
_google_provider: Final = each_of(user_data("credentials"), secret_values("access_token"))
_google_server: Final = each_of(secret_arguments, user_data("metadata_startup_script"), METADATA)
_function: Final = each_of(secret_arguments, variables("environment_variables"))
_server: Final = each_of(secret_arguments, user_data("user_data"))
_containers: Final = each_of(
    named_variables("containers.environment_vars", "key", "value"),
    named_variables("init_containers.environment_vars", "key", "value"),
)
_ipsec: Final = each_of(
    secret_arguments, secret_values("ike_config.psk", "tunnel_options_specification.tunnel_ike_config.psk")
)

SECRET_IN_CODE: Final = Rule(
    code="CN055",
    name="secret-not-in-code",
    severity=Severity.CRITICAL,
    title=Text("No password or key stands in the code", "代码中不得写入明文口令和密钥"),
    rationale=Text(
        "Whoever can read the repository, its history or a build log has every secret that was ever written there, and "
        "none of them can be changed without a change of the code.",
        "凡是能读取代码仓库、历史记录或构建日志的人，都能得到其中写过的全部口令和密钥，且轮换必须改动代码。",
    ),
    remediation=Text(
        "Take the value from outside: a sensitive variable without default, a data source of the secret manager "
        "(alicloud_kms_secret_versions, aws_secretsmanager_secret_version, tencentcloud_ssm_secret_versions), or a "
        "generated password, in password, access_key, secret_key and their like; in user_data and environment "
        "variables name the secret and let the program fetch it. "
        "On Google Cloud: google_secret_manager_secret_version, ephemeral or write-only arguments such as "
        "password_wo.",
        "从外部取值：使用不带默认值的 sensitive 变量、凭据管理数据源（alicloud_kms_secret_versions、"
        "aws_secretsmanager_secret_version、tencentcloud_ssm_secret_versions）或随机生成的口令，"
        "用于 password、access_key、secret_key 等参数；user_data 和环境变量中只写凭据名称，由程序运行时获取。"
        "Google Cloud 使用 google_secret_manager_secret_version 数据源，或 password_wo 等只写参数。",
    ),
    secret=True,
    checks={
        "provider.alicloud": secret_values("access_key", "secret_key", "security_token"),
        "provider.aws": secret_values("access_key", "secret_key", "token"),
        "provider.tencentcloud": secret_values("secret_id", "secret_key", "security_token"),
        "alicloud_*": secret_arguments,
        "alicloud_instance": _server,
        "alicloud_ecs_instance_set": secret_arguments,
        "alicloud_ecs_launch_template": _server,
        "alicloud_launch_template": _server,
        "alicloud_ess_scaling_configuration": _server,
        "alicloud_cs_kubernetes_node_pool": each_of(secret_arguments, user_data("user_data", "pre_user_data")),
        "alicloud_cs_managed_kubernetes": _server,
        "alicloud_cs_kubernetes": _server,
        "alicloud_fcv3_function": _function,
        "alicloud_fcv2_function": _function,
        "alicloud_fc_function": _function,
        "alicloud_eci_container_group": each_of(_containers, secret_values("image_registry_credential.password")),
        "alicloud_ess_eci_scaling_configuration": each_of(
            _containers, secret_values("image_registry_credentials.password")
        ),
        "alicloud_sae_application": each_of(secret_arguments, container_definitions("envs", "")),
        "alicloud_vpn_connection": _ipsec,
        "alicloud_vpn_gateway_vpn_attachment": _ipsec,
        "alicloud_bastionhost_instance": secret_values("ad_auth_server.password", "ldap_auth_server.password"),
        "alicloud_oss_bucket_cname": secret_values("certificate.private_key"),
        "alicloud_oos_secret_parameter": secret_values("value"),
        "aws_*": secret_arguments,
        "aws_instance": each_of(secret_arguments, user_data("user_data", "user_data_base64")),
        "aws_spot_instance_request": each_of(secret_arguments, user_data("user_data", "user_data_base64")),
        "aws_launch_template": _server,
        "aws_launch_configuration": each_of(secret_arguments, user_data("user_data", "user_data_base64")),
        "aws_lambda_function": variables("environment.variables"),
        "aws_codebuild_project": named_variables("environment.environment_variable", "name", "value", "type"),
        "aws_ecs_task_definition": container_definitions("container_definitions"),
        "aws_ssm_parameter": parameter_value,
        "aws_opensearch_domain": secret_values("advanced_security_options.master_user_options.master_user_password"),
        "aws_elasticsearch_domain": secret_values("advanced_security_options.master_user_options.master_user_password"),
        "aws_memorydb_user": secret_values("authentication_mode.passwords"),
        "aws_mq_broker": secret_values("user.password"),
        "tencentcloud_*": secret_arguments,
        "tencentcloud_instance": each_of(secret_arguments, user_data("user_data", "user_data_raw")),
        "tencentcloud_instance_set": each_of(secret_arguments, user_data("user_data", "user_data_raw")),
        "tencentcloud_as_scaling_config": _server,
        "tencentcloud_cvm_launch_template": each_of(secret_values("login_settings.password"), user_data("user_data")),
        "tencentcloud_scf_function": each_of(secret_arguments, variables("environment")),
        "tencentcloud_kubernetes_cluster": each_of(
            secret_values("worker_config.password", "master_config.password"),
            user_data("worker_config.user_data", "master_config.user_data"),
        ),
        "tencentcloud_kubernetes_node_pool": each_of(
            secret_values("auto_scaling_config.password"), user_data("node_config.user_data")
        ),
        "tencentcloud_lighthouse_instance": secret_values("login_configuration.password"),
        "provider.google": _google_provider,
        "google_*": secret_arguments,
        "google_compute_instance": _google_server,
        "google_compute_instance_template": _google_server,
        "google_compute_region_instance_template": _google_server,
        "google_compute_vpn_tunnel": each_of(secret_arguments, secret_values("shared_secret")),
        "google_alloydb_cluster": each_of(secret_arguments, secret_values("initial_user.password")),
        "google_cloudfunctions_function": each_of(secret_arguments, variables("environment_variables")),
        "google_cloudfunctions2_function": each_of(
            variables("service_config.environment_variables"), variables("build_config.environment_variables")
        ),
        "google_cloud_run_service": named_variables("template.spec.containers.env", "name", "value"),
        "google_cloud_run_v2_service": named_variables("template.containers.env", "name", "value"),
        "google_cloud_run_v2_job": named_variables("template.template.containers.env", "name", "value"),
    },
)
