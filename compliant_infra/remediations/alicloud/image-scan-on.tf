resource "alicloud_cr_ee_instance" "this" {
  image_scanner = "SAS"
}

# 整个实例在推送时自动扫描
resource "alicloud_cr_scan_rule" "all" {
  instance_id             = alicloud_cr_ee_instance.this.id
  rule_name               = "scan-on-push"
  scan_scope              = "INSTANCE"
  scan_type               = "VUL"
  trigger_type            = "AUTO"
  repo_tag_filter_pattern = ".*"
}

resource "alicloud_cr_scan_rule" "this" {
  trigger_type = "AUTO"
}

resource "alicloud_cr_chain" "this" {
  chain_config {
    routers {
      from {
        node_name = "DOCKER_IMAGE_PUSH"
      }
      to {
        node_name = "VULNERABILITY_SCANNING"
      }
    }
    nodes {
      node_name = "DOCKER_IMAGE_PUSH"
      enable    = true
    }
    nodes {
      node_name = "VULNERABILITY_SCANNING"
      enable    = true
      node_config {
        deny_policy {
          issue_level = "HIGH"
          issue_count = "1"
          action      = "BLOCK_DELETE_TAG"
          logic       = "AND"
        }
      }
    }
  }
}

resource "alicloud_threat_detection_cycle_task" "this" {
  enable = 1
}
