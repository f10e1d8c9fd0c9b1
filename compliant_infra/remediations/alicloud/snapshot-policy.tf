# 每天自动快照，保留 30 天并复制到境内另一地域
resource "alicloud_ecs_auto_snapshot_policy" "daily" {
  auto_snapshot_policy_name       = "daily"
  repeat_weekdays                 = ["1", "2", "3", "4", "5", "6", "7"]
  time_points                     = ["2"]
  retention_days                  = 30
  enable_cross_region_copy        = true
  target_copy_regions             = [var.backup_region]
  copied_snapshots_retention_days = 30
  copy_encryption_configuration {
    encrypted = true
  }
}

resource "alicloud_ecs_auto_snapshot_policy_attachment" "daily" {
  auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.daily.id
  disk_id                 = alicloud_ecs_disk.this.id
}

# 数据盘在 data_disks 块内设置 auto_snapshot_policy_id
resource "alicloud_instance" "this" {
  system_disk_auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.daily.id
}

resource "alicloud_ecs_auto_snapshot_policy" "this" {
  retention_days  = 30
  repeat_weekdays = ["1", "2", "3", "4", "5", "6", "7"]
}

# 文件系统由云备份每天备份；vault_id 为已有的备份库
resource "alicloud_hbr_nas_backup_plan" "daily" {
  nas_backup_plan_name = "daily"
  file_system_id       = alicloud_nas_file_system.this.id
  vault_id             = var.backup_vault_id
  backup_type          = "COMPLETE"
  path                 = ["/"]
  schedule             = "I|1735689600|P1D"
  retention            = "30"
}

resource "alicloud_hbr_policy" "this" {
  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1735689600|P1D"
    retention   = 30
    vault_id    = var.backup_vault_id
  }
  rules {
    rule_type             = "REPLICATION"
    replication_region_id = var.backup_region
    retention             = 30
  }
}

variable "backup_region" {
  description = "Second region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}

variable "backup_vault_id" {
  description = "Backup vault in the region of the data"
  type        = string
  default     = "v-000000000000000000000"
}
