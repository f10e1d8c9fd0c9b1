# 密钥换成自己的；需要 ACK Pro 版集群。
resource "alicloud_cs_managed_kubernetes" "this" {
  encryption_provider_key = "key-hzz000000000000000000"
  disable_encryption      = false
}
