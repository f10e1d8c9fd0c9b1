# 密钥与地域换成自己的。
resource "tencentcloud_kubernetes_encryption_protection" "secrets" {
  cluster_id = tencentcloud_kubernetes_cluster.this.id
  kms_configuration {
    key_id     = "00000000-0000-0000-0000-000000000000"
    kms_region = "ap-guangzhou"
  }
}
