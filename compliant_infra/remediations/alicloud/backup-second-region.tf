# 目的地为境内另一地域
resource "alicloud_rds_instance_cross_backup_policy" "copy" {
  instance_id         = alicloud_db_instance.this.id
  cross_backup_region = "cn-beijing"
  retention           = 30
}

resource "alicloud_rds_instance_cross_backup_policy" "this" {
  cross_backup_region = "cn-beijing"
}

# 目标桶建在另一地域
resource "alicloud_oss_bucket_replication" "copy" {
  bucket = alicloud_oss_bucket.this.bucket
  action = "ALL"
  destination {
    bucket   = "prod-data-beijing"
    location = "oss-cn-beijing"
  }
}

resource "alicloud_ecs_auto_snapshot_policy" "this" {
  enable_cross_region_copy        = true
  target_copy_regions             = ["cn-beijing"]
  copied_snapshots_retention_days = 30
  copy_encryption_configuration {
    encrypted = true
  }
}

resource "alicloud_snapshot_policy" "this" {
  enable_cross_region_copy        = true
  target_copy_regions             = ["cn-beijing"]
  copied_snapshots_retention_days = 30
  copy_encryption_configuration {
    encrypted = true
  }
}
