locals {
  # 一台服务器可带多块数据盘，展开为“服务器-磁盘”
  disks = merge([
    for server, settings in var.servers : {
      for disk, size in settings.data_disks : "${server}-${disk}" => {
        server = server
        size   = size
        zone   = settings.zone_id
      }
    }
  ]...)
}

resource "alicloud_instance" "this" {
  for_each = var.servers

  instance_name              = "${var.name}-${each.key}"
  instance_type              = each.value.instance_type
  image_id                   = var.image_id
  availability_zone          = each.value.zone_id
  vswitch_id                 = each.value.vswitch_id
  security_groups            = [var.security_group_id]
  instance_charge_type       = "PostPaid"
  internet_max_bandwidth_out = 0
  key_name                   = var.key_pair
  role_name                  = var.role_name

  system_disk_category                = "cloud_essd"
  system_disk_size                    = 40
  system_disk_encrypted               = true
  system_disk_encrypt_algorithm       = var.disk_algorithm
  system_disk_kms_key_id              = var.kms_key_id
  system_disk_auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.this.id

  http_endpoint                 = "enabled"
  http_tokens                   = each.value.http_tokens
  security_enhancement_strategy = "Active"
  deletion_protection           = each.value.deletion_protection

  # 公共镜像默认以 root 登录，改用 ecs-user
  image_options {
    login_as_non_root = true
  }

  user_data = base64encode(templatefile("${path.module}/templates/cloud-init.yaml.tftpl", {
    hostname = "${var.name}-${each.key}"
    packages = var.packages
  }))

  tags = merge(var.tags, { role = each.value.role })
}

resource "alicloud_ecs_disk" "data" {
  for_each = local.disks

  disk_name            = "${var.name}-${each.key}"
  zone_id              = each.value.zone
  category             = "cloud_essd"
  size                 = each.value.size
  payment_type         = "PayAsYouGo"
  encrypted            = true
  encrypt_algorithm    = var.disk_algorithm
  kms_key_id           = var.kms_key_id
  delete_with_instance = false
  tags                 = var.tags
}

resource "alicloud_ecs_disk_attachment" "data" {
  for_each = local.disks

  disk_id     = alicloud_ecs_disk.data[each.key].id
  instance_id = alicloud_instance.this[each.value.server].id
}

resource "alicloud_ecs_auto_snapshot_policy" "this" {
  auto_snapshot_policy_name       = "${var.name}-daily"
  repeat_weekdays                 = ["1", "2", "3", "4", "5", "6", "7"]
  time_points                     = ["2"]
  retention_days                  = var.snapshot_retention_days
  enable_cross_region_copy        = var.snapshot_copy_region != null
  target_copy_regions             = var.snapshot_copy_region == null ? null : [var.snapshot_copy_region]
  copied_snapshots_retention_days = var.snapshot_copy_region == null ? null : var.snapshot_retention_days
  tags                            = var.tags

  # 密钥不跨地域：副本使用目标地域的密钥
  dynamic "copy_encryption_configuration" {
    for_each = var.snapshot_copy_region == null ? [] : [var.snapshot_copy_key_id]

    content {
      encrypted  = true
      kms_key_id = copy_encryption_configuration.value
    }
  }
}

resource "alicloud_ecs_auto_snapshot_policy_attachment" "data" {
  for_each = local.disks

  auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.this.id
  disk_id                 = alicloud_ecs_disk.data[each.key].id
}

output "instance_ids" {
  value = { for key, instance in alicloud_instance.this : key => instance.id }
}
