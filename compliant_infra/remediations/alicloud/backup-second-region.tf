# 目的地为境内另一地域
resource "alicloud_rds_instance_cross_backup_policy" "copy" {
  instance_id         = alicloud_db_instance.this.id
  cross_backup_region = var.backup_region
  retention           = 30
}

resource "alicloud_rds_instance_cross_backup_policy" "this" {
  cross_backup_region = var.backup_region
}

# 目标桶建在另一地域
resource "alicloud_oss_bucket_replication" "copy" {
  bucket = alicloud_oss_bucket.this.bucket
  action = "ALL"
  destination {
    bucket   = var.backup_bucket
    location = "oss-${var.backup_region}"
  }
}

resource "alicloud_ecs_auto_snapshot_policy" "this" {
  enable_cross_region_copy        = true
  target_copy_regions             = [var.backup_region]
  copied_snapshots_retention_days = 30
  copy_encryption_configuration {
    encrypted = true
  }
}

resource "alicloud_snapshot_policy" "this" {
  enable_cross_region_copy        = true
  target_copy_regions             = [var.backup_region]
  copied_snapshots_retention_days = 30
  copy_encryption_configuration {
    encrypted = true
  }
}

variable "backup_region" {
  description = "Second region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}

variable "backup_bucket" {
  description = "Bucket in that region that takes the copies"
  type        = string
  default     = "prod-data-beijing"
}
