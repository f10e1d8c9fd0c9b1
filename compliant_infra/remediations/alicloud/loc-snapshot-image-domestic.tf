# 副本放在另一个境内地域
resource "alicloud_ecs_auto_snapshot_policy" "this" {
  enable_cross_region_copy = true
  target_copy_regions      = [var.domestic_region]
}

resource "alicloud_snapshot_policy" "this" {
  enable_cross_region_copy = true
  target_copy_regions      = [var.domestic_region]
}

resource "alicloud_ebs_enterprise_snapshot_policy" "this" {
  cross_region_copy_info {
    enabled = true
    regions {
      region_id   = var.domestic_region
      retain_days = 7
    }
  }
}

resource "alicloud_ecs_image_pipeline" "this" {
  to_region_id = [var.domestic_region]
}

# 锁定的备份库：保留期内不可删除备份，锁定后不可关闭
resource "alicloud_hbr_vault" "locked" {
  vault_name   = "locked"
  worm_enabled = true
  encrypt_type = "KMS"
  kms_key_id   = var.backup_kms_key_id
}

resource "alicloud_hbr_policy" "this" {
  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1631685600|P1D"
    retention   = 30
    vault_id    = alicloud_hbr_vault.locked.id
  }
  rules {
    rule_type             = "REPLICATION"
    replication_region_id = var.domestic_region
    retention             = 30
  }
}

resource "alicloud_ebs_disk_replica_pair" "this" {
  destination_region_id = var.domestic_region
  destination_zone_id   = "${var.domestic_region}-h"
}

resource "alicloud_ebs_disk_replica_group" "this" {
  destination_region_id = var.domestic_region
  destination_zone_id   = "${var.domestic_region}-h"
}

# 不在境外保留境内镜像与备份的副本
removed {
  from = alicloud_image_copy.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = alicloud_hbr_replication_vault.this
  lifecycle {
    destroy = true
  }
}

variable "domestic_region" {
  description = "Region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}

variable "backup_kms_key_id" {
  description = "Key in the region of the backup vault"
  type        = string
  default     = "key-hzz0123456789abcdef"
}
