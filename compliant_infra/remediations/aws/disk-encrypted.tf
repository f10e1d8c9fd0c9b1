# 加密只能在创建时选择：已有的卷用加密快照重建。密钥换成自己的。
variable "disk_kms_key_arn" {
  description = "ARN of the KMS key for disks"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

# 先打开账号在该区域的默认加密，此后新建的卷都会加密
resource "aws_ebs_encryption_by_default" "this" {
  enabled = true
}

resource "aws_ebs_volume" "this" {
  encrypted  = true
  kms_key_id = var.disk_kms_key_arn
}

resource "aws_instance" "this" {
  root_block_device {
    encrypted  = true
    kms_key_id = var.disk_kms_key_arn
  }
  ebs_block_device {
    device_name = "/dev/sdf" # 每个数据卷都要写
    encrypted   = true
    kms_key_id  = var.disk_kms_key_arn
  }
}

resource "aws_launch_template" "this" {
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_size = 50 # 保留原有的大小
      encrypted   = "true"
      kms_key_id  = var.disk_kms_key_arn
    }
  }
}

resource "aws_launch_configuration" "this" {
  root_block_device {
    encrypted = true
  }
}
