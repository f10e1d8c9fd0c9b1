# 只允许办公网或 IAP 转发的地址访问运维与数据库端口。
resource "google_compute_firewall" "this" {
  source_ranges = ["35.235.240.0/20"]
}

resource "google_compute_network_firewall_policy_rule" "this" {
  match {
    src_ip_ranges = ["35.235.240.0/20"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["3389"]
    }
  }
}

resource "google_compute_region_network_firewall_policy_rule" "this" {
  match {
    src_ip_ranges = ["10.0.0.0/16"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["6379"]
    }
  }
}

resource "google_compute_firewall_policy_rule" "this" {
  match {
    src_ip_ranges = ["0.0.0.0/0"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["443"]
    }
  }
}
