# 镜像仓库：企业版实例，命名空间不自动建仓，推送即扫描
resource "alicloud_cr_ee_instance" "this" {
  instance_name  = var.name
  instance_type  = "Advanced"
  payment_type   = "Subscription"
  period         = 12
  renewal_status = "AutoRenewal"
  image_scanner  = "SAS"
  tags           = var.tags
}

resource "alicloud_cr_ee_namespace" "this" {
  for_each = toset([for repository in var.repositories : repository.namespace])

  instance_id        = alicloud_cr_ee_instance.this.id
  name               = each.key
  auto_create        = false
  default_visibility = "PRIVATE"
}

resource "alicloud_cr_ee_repo" "this" {
  for_each = var.repositories

  instance_id      = alicloud_cr_ee_instance.this.id
  namespace        = alicloud_cr_ee_namespace.this[each.value.namespace].name
  name             = each.key
  summary          = each.value.summary
  repo_type        = "PRIVATE"
  tag_immutability = each.value.immutable
}

resource "alicloud_cr_scan_rule" "push" {
  instance_id             = alicloud_cr_ee_instance.this.id
  rule_name               = "on-push"
  scan_scope              = "INSTANCE"
  scan_type               = "VUL"
  trigger_type            = "AUTO"
  repo_tag_filter_pattern = ".*"
}

output "id" {
  value = alicloud_cr_ee_instance.this.id
}
