resource "alicloud_actiontrail_trail" "this" {
  status       = "Enable"
  event_rw     = "All"
  trail_region = "All"
}

# 旧资源名
resource "alicloud_actiontrail" "this" {
  status       = "Enable"
  event_rw     = "All"
  trail_region = "All"
}
