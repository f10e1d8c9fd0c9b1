# 只放行构建与部署所在的地址；更好的做法是只用 VPC 内网访问。
resource "alicloud_cr_endpoint_acl_policy" "this" {
  entry = var.registry_client_cidr
}

resource "alicloud_cr_internet_endpoint" "this" {
  entries {
    entry   = var.registry_client_cidr
    comment = "builders"
  }
}

resource "alicloud_cr_ee_repo" "this" {
  repo_type = "PRIVATE"
}

resource "alicloud_cr_repo" "this" {
  repo_type = "PRIVATE"
}

resource "alicloud_cr_ee_namespace" "this" {
  default_visibility = "PRIVATE"
}

resource "alicloud_cr_namespace" "this" {
  default_visibility = "PRIVATE"
}

resource "alicloud_cr_chart_repository" "this" {
  repo_type = "PRIVATE"
}

variable "registry_client_cidr" {
  description = "Addresses of the builders and clusters that use the registry from outside"
  type        = string
  default     = "203.0.113.0/24"
}
