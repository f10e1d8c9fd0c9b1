resource "alicloud_cs_managed_kubernetes" "this" {
  audit_log_config {
    enabled = true
  }
}
