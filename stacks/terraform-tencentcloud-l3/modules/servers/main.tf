locals {
  # One key for each server, zone by zone: adding servers moves none of those that are there.
  servers = merge([
    for index, zone in var.zones : {
      for number in range(var.servers_per_zone) : format("%d-%02d", index + 1, number + 1) => {
        zone      = zone
        subnet_id = var.subnet_ids[index]
      }
    }
  ]...)
}

# Application servers in every zone, without public addresses, with encrypted disks and the agent of host security
# (8.1.4.4, 8.1.4.5, 8.1.4.8b).
resource "tencentcloud_instance" "this" {
  for_each = local.servers

  instance_name           = "${var.name}-app-${each.key}"
  availability_zone       = each.value.zone
  image_id                = var.image_id
  instance_type           = var.instance_type
  instance_charge_type    = "POSTPAID_BY_HOUR"
  vpc_id                  = var.vpc_id
  subnet_id               = each.value.subnet_id
  orderly_security_groups = var.security_group_ids
  allocate_public_ip      = false
  key_ids                 = [var.key_pair_id]
  cam_role_name           = var.role_name
  disable_api_termination = true

  disable_security_service = false
  disable_monitor_service  = false

  system_disk_type       = "CLOUD_BSSD"
  system_disk_size       = 50
  system_disk_encrypt    = true
  system_disk_kms_key_id = var.kms_key_id

  tags = var.tags
}

resource "tencentcloud_cbs_storage" "data" {
  for_each = local.servers

  storage_name      = "${var.name}-app-${each.key}-data"
  storage_type      = "CLOUD_BSSD"
  storage_size      = var.data_disk_gb
  availability_zone = each.value.zone
  charge_type       = "POSTPAID_BY_HOUR"
  encrypt           = true
  kms_key_id        = var.kms_key_id
  tags              = var.tags
}

resource "tencentcloud_cbs_storage_attachment" "data" {
  for_each = local.servers

  instance_id = tencentcloud_instance.this[each.key].id
  storage_id  = tencentcloud_cbs_storage.data[each.key].id
}

# Every night (8.1.4.9a).
resource "tencentcloud_cbs_snapshot_policy" "daily" {
  snapshot_policy_name = "${var.name}-daily"
  repeat_weekdays      = [0, 1, 2, 3, 4, 5, 6]
  repeat_hours         = [2]
  retention_days       = var.snapshot_days
}

resource "tencentcloud_cbs_snapshot_policy_attachment" "data" {
  for_each = local.servers

  snapshot_policy_id = tencentcloud_cbs_snapshot_policy.daily.id
  storage_id         = tencentcloud_cbs_storage.data[each.key].id
}
