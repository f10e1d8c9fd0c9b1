resource "aws_eks_cluster" "this" {
  enabled_cluster_log_types = ["api", "audit", "authenticator"]
}
