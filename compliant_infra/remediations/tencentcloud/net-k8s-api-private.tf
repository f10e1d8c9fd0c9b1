# 经私有网络、VPN 或堡垒机访问 API Server。
resource "tencentcloud_kubernetes_cluster" "this" {
  cluster_internet           = false
  cluster_intranet           = true
  cluster_intranet_subnet_id = "subnet-private00"
}

resource "tencentcloud_kubernetes_cluster_endpoint" "this" {
  cluster_internet           = false
  cluster_intranet           = true
  cluster_intranet_subnet_id = "subnet-private00"
}
