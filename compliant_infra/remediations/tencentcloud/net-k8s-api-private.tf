# 经私有网络、VPN 或堡垒机访问 API Server。
resource "tencentcloud_kubernetes_cluster" "this" {
  cluster_internet           = false
  cluster_intranet           = true
  cluster_intranet_subnet_id = var.api_subnet_id
}

resource "tencentcloud_kubernetes_cluster_endpoint" "this" {
  cluster_internet           = false
  cluster_intranet           = true
  cluster_intranet_subnet_id = var.api_subnet_id
}

variable "api_subnet_id" {
  description = "Private subnet for the endpoint of the Kubernetes API"
  type        = string
  default     = "subnet-private00"
}
