resource "tencentcloud_instance" "this" {
  count = var.instances

  instance_name           = format("%s-%02d", var.name, count.index + 1)
  availability_zone       = element(var.zones, count.index)
  image_id                = var.image_id
  instance_type           = var.instance_type
  instance_charge_type    = "POSTPAID_BY_HOUR"
  vpc_id                  = var.vpc_id
  subnet_id               = element(var.subnet_ids, count.index)
  orderly_security_groups = var.security_group_ids
  allocate_public_ip      = false
  key_ids                 = [var.key_id]
  disable_api_termination = true

  system_disk_type       = "CLOUD_BSSD"
  system_disk_size       = 50
  system_disk_encrypt    = true
  system_disk_kms_key_id = var.kms_key_id

  user_data_raw = var.user_data
  tags          = var.tags
}

resource "tencentcloud_cbs_storage" "data" {
  count = var.data_disk_gb == null ? 0 : var.instances

  storage_name      = format("%s-%02d-data", var.name, count.index + 1)
  storage_type      = "CLOUD_BSSD"
  storage_size      = var.data_disk_gb
  availability_zone = element(var.zones, count.index)
  encrypt           = var.encrypt_data
  kms_key_id        = var.encrypt_data ? var.kms_key_id : null
  tags              = var.tags
}

resource "tencentcloud_cbs_storage_attachment" "data" {
  count = length(tencentcloud_cbs_storage.data)

  instance_id = tencentcloud_instance.this[count.index].id
  storage_id  = tencentcloud_cbs_storage.data[count.index].id
}

resource "tencentcloud_cbs_snapshot_policy" "this" {
  count = var.data_disk_gb == null ? 0 : 1

  snapshot_policy_name = "${var.name}-daily"
  repeat_weekdays      = [0, 1, 2, 3, 4, 5, 6]
  repeat_hours         = [2]
  retention_days       = var.snapshot_retention_days
}

resource "tencentcloud_cbs_snapshot_policy_attachment" "data" {
  count = length(tencentcloud_cbs_storage.data)

  snapshot_policy_id = tencentcloud_cbs_snapshot_policy.this[0].id
  storage_id         = tencentcloud_cbs_storage.data[count.index].id
}

output "instance_ids" {
  value = tencentcloud_instance.this[*].id
}
