resource "tencentcloud_cbs_snapshot_policy" "this" {
  retention_days  = 30
  repeat_weekdays = [0, 1, 2, 3, 4, 5, 6]
}

resource "tencentcloud_cfs_auto_snapshot_policy" "this" {
  day_of_week = "1,2,3,4,5,6,7"
}

# 云硬盘每天自动快照，保留 30 天
resource "tencentcloud_cbs_snapshot_policy" "daily" {
  snapshot_policy_name = "daily"
  repeat_weekdays      = [0, 1, 2, 3, 4, 5, 6]
  repeat_hours         = [2]
  retention_days       = 30
}

resource "tencentcloud_cbs_snapshot_policy_attachment" "daily" {
  snapshot_policy_id = tencentcloud_cbs_snapshot_policy.daily.id
  storage_id         = tencentcloud_cbs_storage.this.id
}

# 文件系统每天自动快照，保留 30 天
resource "tencentcloud_cfs_auto_snapshot_policy" "daily" {
  policy_name = "daily"
  day_of_week = "1,2,3,4,5,6,7"
  hour        = "2"
  alive_days  = 30
}

resource "tencentcloud_cfs_auto_snapshot_policy_attachment" "daily" {
  auto_snapshot_policy_id = tencentcloud_cfs_auto_snapshot_policy.daily.id
  file_system_ids         = tencentcloud_cfs_file_system.this.id
}
