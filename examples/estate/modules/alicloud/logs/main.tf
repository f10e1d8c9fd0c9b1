resource "alicloud_log_project" "this" {
  project_name = var.name
  description  = "集中日志"
  tags         = var.tags
}

resource "alicloud_log_store" "this" {
  for_each = var.stores

  project_name          = alicloud_log_project.this.project_name
  logstore_name         = each.key
  retention_period      = each.value.retention_days
  shard_count           = each.value.shards
  auto_split            = true
  max_split_shard_count = 16

  # 服务端加密：日志可能包含保单号、手机号等个人信息
  dynamic "encrypt_conf" {
    for_each = each.value.encrypted ? [1] : []

    content {
      enable       = true
      encrypt_type = var.national_crypto ? "m4" : "default"

      user_cmk_info {
        cmk_key_id = var.kms_key_id
        arn        = var.kms_role_arn
        region_id  = var.region
      }
    }
  }
}

output "project" {
  value = alicloud_log_project.this.project_name
}

output "stores" {
  value = { for key, store in alicloud_log_store.this : key => store.logstore_name }
}
