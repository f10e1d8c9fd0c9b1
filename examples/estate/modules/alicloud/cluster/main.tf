resource "alicloud_cs_managed_kubernetes" "this" {
  name                 = var.name
  cluster_spec         = "ack.pro.small"
  version              = var.kubernetes_version
  vswitch_ids          = var.vswitch_ids
  pod_vswitch_ids      = var.pod_vswitch_ids
  service_cidr         = var.service_cidr
  new_nat_gateway      = false
  slb_internet_enabled = var.public_api
  deletion_protection  = true
  enable_rrsa          = true

  encryption_provider_key = var.kms_key_id

  control_plane_log_project    = var.log_project
  control_plane_log_ttl        = "180"
  control_plane_log_components = ["apiserver", "kcm", "scheduler", "ccm"]

  audit_log_config {
    enabled          = true
    sls_project_name = var.log_project
  }

  dynamic "addons" {
    for_each = var.addons

    content {
      name   = addons.key
      config = addons.value == null ? null : jsonencode(addons.value)
    }
  }

  tags = var.tags
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  for_each = var.node_pools

  cluster_id            = alicloud_cs_managed_kubernetes.this.id
  node_pool_name        = each.key
  vswitch_ids           = var.vswitch_ids
  instance_types        = each.value.instance_types
  desired_size          = each.value.desired_size
  key_name              = var.key_pair
  security_hardening_os = true
  login_as_non_root     = true
  multi_az_policy       = "BALANCE"

  system_disk_category  = "cloud_essd"
  system_disk_size      = 120
  system_disk_encrypted = true
  system_disk_kms_key   = var.kms_key_id

  dynamic "data_disks" {
    for_each = each.value.data_disk_gb == null ? [] : [each.value.data_disk_gb]

    content {
      category                = "cloud_essd"
      size                    = data_disks.value
      encrypted               = "true"
      kms_key_id              = var.kms_key_id
      auto_snapshot_policy_id = var.snapshot_policy_id
    }
  }

  instance_metadata_options {
    http_tokens = "required"
  }

  tags = var.tags
}

# 准入策略：拒绝特权容器、宿主机命名空间等（Gatekeeper 组件须已安装）
resource "alicloud_cs_kubernetes_policy_instance" "this" {
  for_each = var.policies

  cluster_id  = alicloud_cs_managed_kubernetes.this.id
  policy_name = each.key
  action      = each.value
}

output "cluster_id" {
  value = alicloud_cs_managed_kubernetes.this.id
}
