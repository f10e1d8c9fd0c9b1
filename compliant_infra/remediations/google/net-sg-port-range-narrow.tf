# 逐条写明服务端口与用途。
resource "google_compute_firewall" "this" {
  description = "HTTPS to the application servers"
  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_network_firewall_policy_rule" "this" {
  description = "HTTPS to the batch servers"
  match {
    src_ip_ranges = ["10.0.0.0/16"]
    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["443"]
    }
  }
}
