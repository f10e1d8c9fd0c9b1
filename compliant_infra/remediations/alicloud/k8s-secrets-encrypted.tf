# 密钥换成自己的；需要 ACK Pro 版集群。
resource "alicloud_cs_managed_kubernetes" "this" {
  encryption_provider_key = var.k8s_kms_key_id
  disable_encryption      = false
}

variable "k8s_kms_key_id" {
  description = "Key in the region of the cluster that encrypts its Secrets"
  type        = string
  default     = "key-hzz000000000000000000"
}
