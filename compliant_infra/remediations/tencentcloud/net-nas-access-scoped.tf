# 只写客户端所在网段。
resource "tencentcloud_cfs_access_rule" "this" {
  auth_client_ip = var.nfs_client_cidr
}

variable "nfs_client_cidr" {
  description = "Network of the clients that mount the file system"
  type        = string
  default     = "10.0.1.0/24"
}
