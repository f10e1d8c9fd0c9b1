resource "alicloud_cs_kubernetes_policy_instance" "this" {
  action = "deny"
}

# 安装策略治理组件，并拦截特权容器
resource "alicloud_cs_managed_kubernetes" "this" {
  addons {
    name = "gatekeeper"
  }
  addons {
    name = "policy-template-controller"
  }
}

resource "alicloud_cs_kubernetes_policy_instance" "privileged" {
  cluster_id  = alicloud_cs_managed_kubernetes.this.id
  policy_name = "ACKPSPPrivilegedContainer"
  action      = "deny"
}
