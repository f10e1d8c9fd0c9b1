# 合规保留策略须在 24 小时内锁定，否则失效；已有未锁定的策略时，把它的 status 改为 "Locked"。
resource "alicloud_oss_bucket_worm" "trail" {
  bucket                   = alicloud_actiontrail_trail.this.oss_bucket_name
  retention_period_in_days = 184
  status                   = "Locked"
}
