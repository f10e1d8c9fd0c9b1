# 加密只能在创建时选择：已有的云盘用加密快照重建。密钥换成自己的；SM4 为国密算法，未要求时可不写。
variable "disk_kms_key_id" {
  description = "Key in the region of the disk"
  type        = string
  default     = "key-hzz000000000000000000"
}

# 先打开账号级默认加密，此后新建的云盘都会加密
resource "alicloud_ecs_disk_encryption_by_default" "this" {
  encrypted = true
}

resource "alicloud_instance" "this" {
  system_disk_encrypted         = true
  system_disk_kms_key_id        = var.disk_kms_key_id
  system_disk_encrypt_algorithm = "sm4-128"
  data_disks {
    name       = "data" # 每块数据盘都要写
    size       = 100
    encrypted  = true
    kms_key_id = var.disk_kms_key_id
  }
}

resource "alicloud_ecs_instance_set" "this" {
  data_disks {
    disk_size     = 100
    disk_category = "cloud_essd"
    encrypted     = true
    kms_key_id    = var.disk_kms_key_id
  }
}

resource "alicloud_ecs_disk" "this" {
  encrypted         = true
  kms_key_id        = var.disk_kms_key_id
  encrypt_algorithm = "sm4-128"
}

resource "alicloud_ess_scaling_configuration" "this" {
  system_disk_encrypted         = true
  system_disk_kms_key_id        = var.disk_kms_key_id
  system_disk_encrypt_algorithm = "SM4-128"
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  system_disk_encrypted = true
  system_disk_kms_key   = var.disk_kms_key_id
  data_disks {
    encrypted  = "true"
    kms_key_id = var.disk_kms_key_id
  }
}

resource "alicloud_ecs_launch_template" "this" {
  system_disk {
    encrypted  = true
    kms_key_id = var.disk_kms_key_id
  }
}
