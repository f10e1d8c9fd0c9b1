resource "tencentcloud_audit_track" "this" {
  status        = 1
  action_type   = "*"
  resource_type = "*"
  event_names   = ["*"]
}

resource "tencentcloud_events_audit_track" "this" {
  status = 1
  filters {
    resource_fields {
      resource_type = "*"
      action_type   = "*"
      event_names   = ["*"]
    }
  }
}
