resource "tencentcloud_kubernetes_cluster" "this" {
  cluster_audit {
    enabled = true
  }
}
