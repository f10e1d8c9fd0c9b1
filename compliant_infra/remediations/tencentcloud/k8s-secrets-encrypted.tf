resource "tencentcloud_kubernetes_encryption_protection" "secrets" {
  cluster_id = tencentcloud_kubernetes_cluster.this.id
  kms_configuration {
    key_id     = var.cluster_key.id
    kms_region = var.cluster_key.region
  }
}

variable "cluster_key" {
  description = "Your own KMS key for Kubernetes secrets: its ID and region"
  type        = object({ id = string, region = string })
  default = {
    id     = "00000000-0000-0000-0000-000000000000"
    region = "ap-guangzhou"
  }
}
