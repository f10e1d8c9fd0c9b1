# 经专有网络、VPN 或堡垒机访问 API Server。
resource "alicloud_cs_managed_kubernetes" "this" {
  slb_internet_enabled = false
}

resource "alicloud_cs_kubernetes" "this" {
  slb_internet_enabled = false
}

resource "alicloud_cs_edge_kubernetes" "this" {
  slb_internet_enabled = false
}

resource "alicloud_cs_serverless_kubernetes" "this" {
  endpoint_public_access_enabled = false
}
