# 8.1.10.2, 8.1.10.8 and 8.1.5.4 e: what runs is recorded and judged by managed rules of Cloud Config, beside the checks
# of the code. Rules of products that the system does not use are left out: add them with the product.
locals {
  rules = [
    "actiontrail-trail-intact-enabled", "alb-all-listener-enabled-acl", "ecs-disk-auto-snapshot-policy",
    "ecs-instance-enabled-security-protection", "ecs-instance-updated-security-vul",
    "ecs-security-group-risky-ports-check-with-protocol", "nat-risk-ports-check",
    "oss-bucket-authorize-specified-ip", "oss-bucket-policy-no-any-anonymous", "ram-group-has-member-check",
    "ram-password-max-age-check", "ram-password-max-login-attemps-check", "ram-password-require-char-check",
    "ram-policy-in-use-check", "ram-policy-no-statements-with-admin-access-check", "ram-user-ak-used-expired-check",
    "ram-user-last-login-expired-check", "ram-user-login-check", "ram-user-no-policy-check",
    "rds-instance-enabled-auditing", "rds-public-connection-and-any-ip-access-check",
    "redis-instance-open-auth-mode", "security-center-defense-config-check", "security-center-version-check",
    "sg-public-access-check", "use-cloud-fire-wall-for-security-protection",
    "use-waf-instance-for-security-protection", "vpc-flow-logs-enabled", "vpc-network-acl-risky-ports-check",
    "waf3-instance-enabled-specified-defense-rules",
  ]
  rules_level_3 = [
    "alb-instance-multi-zone", "ecs-in-use-disk-encrypted", "ecs-instances-in-vpc",
    "ecs-running-instance-no-public-ip", "eip-bandwidth-limit", "firewall-asset-open-protect",
    "natgateway-snat-eip-bandwidth-check", "oss-bucket-only-https-enabled",
    "oss-bucket-policy-outside-organization-check", "oss-bucket-public-read-prohibited",
    "oss-bucket-referer-enabled", "oss-bucket-versioning-enabled", "oss-default-encryption-kms", "oss-zrs-enabled",
    "ram-user-mfa-check", "rds-instance-enabled-disk-encryption", "rds-instance-enabled-log-backup",
    "rds-instance-has-guard-instance", "rds-instance-tls-version-check", "rds-instances-in-vpc",
    "rds-multi-az-support", "redis-instance-enabled-tde", "redis-instance-in-vpc", "redis-instance-multi-zone",
    "redis-public-and-any-ip-access-check", "root-mfa-check", "security-center-notice-config-check",
    "sls-logstore-enabled-encrypt", "use-ddos-instance-for-security-protection",
  ]
}

resource "alicloud_config_configuration_recorder" "this" {}

resource "alicloud_config_compliance_pack" "this" {
  compliance_pack_name = "${var.name}-mlps-level-${var.level.number}"
  description          = "MLPS level ${var.level.number}: run-time rules beside the checks of the code"
  risk_level           = 1

  dynamic "config_rules" {
    for_each = var.level.number >= 3 ? concat(local.rules, local.rules_level_3) : local.rules
    content {
      managed_rule_identifier = config_rules.value
    }
  }

  depends_on = [alicloud_config_configuration_recorder.this]
}

# 8.2.1.1: resources lie in the regions of the system.
resource "alicloud_config_rule" "regions" {
  rule_name                 = "${var.name}-regions"
  description               = "Resources lie in the allowed regions"
  source_owner              = "ALIYUN"
  source_identifier         = "resource-region-limit"
  risk_level                = 1
  config_rule_trigger_types = "ConfigurationItemChangeNotification"
  input_parameters          = { regions = join(",", var.allowed_regions) }
  resource_types_scope = [
    "ACS::ECS::Instance", "ACS::ECS::Disk", "ACS::VPC::VPC", "ACS::RDS::DBInstance", "ACS::Redis::DBInstance",
    "ACS::OSS::Bucket",
  ]

  depends_on = [alicloud_config_configuration_recorder.this]
}

resource "alicloud_config_delivery" "this" {
  delivery_channel_name                  = "${var.name}-sls"
  delivery_channel_type                  = "SLS"
  delivery_channel_target_arn            = "acs:log:${var.region}:${var.account_id}:project/${var.log.project}/logstore/${var.log.store}"
  description                            = "Changes of resources, snapshots and violations"
  configuration_item_change_notification = true
  configuration_snapshot                 = true
  non_compliant_notification             = true
  status                                 = 1

  depends_on = [alicloud_config_configuration_recorder.this]
}
