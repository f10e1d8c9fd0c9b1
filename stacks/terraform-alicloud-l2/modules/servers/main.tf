# 8.1.4.1 to 8.1.4.9 on the servers: no addresses of their own, no passwords, no static keys, encrypted disks, an agent
# of Security Center, several zones. State is in the database and the bucket: a server can go at any time.
resource "alicloud_ram_role" "this" {
  role_name            = "${var.name}-servers"
  description          = "Servers of ${var.name}"
  max_session_duration = var.level.role_session_seconds
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["ecs.aliyuncs.com"] }
    }]
  })
  tags = var.tags
}

# 8.1.4.2 d: what the application needs, and nothing else. OSS uses the key of the bucket in the name of who reads and
# writes.
resource "alicloud_ram_policy" "this" {
  policy_name = "${var.name}-servers"
  description = "Objects of ${var.bucket}"
  policy_document = jsonencode({
    Version = "1"
    Statement = concat(
      [
        { Effect = "Allow", Action = ["oss:ListObjects"], Resource = ["acs:oss:*:*:${var.bucket}"] },
        {
          Effect   = "Allow"
          Action   = ["oss:GetObject", "oss:PutObject"]
          Resource = ["acs:oss:*:*:${var.bucket}/*"]
        },
      ],
      var.kms_key == null ? [] : [
        {
          Effect   = "Allow"
          Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
          Resource = ["acs:kms:*:*:key/${var.kms_key.id}"]
        },
      ],
    )
  })
  tags = var.tags
}

resource "alicloud_ram_role_policy_attachment" "this" {
  role_name   = alicloud_ram_role.this.role_name
  policy_type = "Custom"
  policy_name = alicloud_ram_policy.this.policy_name
}

# The launch template asks for the metadata token, and has no field for SM4.
resource "alicloud_ecs_launch_template" "this" {
  count = var.level.national_cryptography ? 0 : 1

  launch_template_name          = "${var.name}-servers"
  description                   = "Servers of ${var.name}"
  image_id                      = var.image_id
  instance_type                 = var.instance_types[0]
  instance_charge_type          = "PostPaid"
  network_type                  = "vpc"
  security_group_ids            = [var.security_group_id]
  internet_max_bandwidth_out    = 0
  http_endpoint                 = "enabled"
  http_tokens                   = "required"
  http_put_response_hop_limit   = 1
  security_enhancement_strategy = "Active"
  password_inherit              = false
  ram_role_name                 = alicloud_ram_role.this.role_name
  update_default_version_number = true

  image_options {
    login_as_non_root = true
  }
  system_disk {
    category   = "cloud_essd"
    size       = 40
    encrypted  = true
    kms_key_id = var.kms_key == null ? null : var.kms_key.id
  }

  tags          = var.tags
  template_tags = var.tags
}

resource "alicloud_ess_scaling_group" "this" {
  scaling_group_name        = "${var.name}-servers"
  min_size                  = var.size.min
  max_size                  = var.size.max
  vswitch_ids               = var.vswitch_ids
  multi_az_policy           = "BALANCE"
  health_check_type         = "ECS"
  removal_policies          = ["OldestScalingConfiguration", "OldestInstance"]
  group_deletion_protection = true
  launch_template_id        = var.level.national_cryptography ? null : alicloud_ecs_launch_template.this[0].id
  launch_template_version   = var.level.national_cryptography ? null : "Latest"

  dynamic "launch_template_override" {
    for_each = var.level.national_cryptography ? [] : var.instance_types
    content {
      instance_type = launch_template_override.value
    }
  }
  alb_server_group {
    alb_server_group_id = var.server_group_id
    port                = var.backend_port
    weight              = 100
  }

  tags = var.tags

  depends_on = [alicloud_ram_role_policy_attachment.this]
}

# SM4 disks: a scaling configuration has a field for them, and none for the metadata token. Take an image that serves
# metadata by token only.
resource "alicloud_ess_scaling_configuration" "this" {
  count = var.level.national_cryptography ? 1 : 0

  scaling_group_id                = alicloud_ess_scaling_group.this.id
  scaling_configuration_name      = "${var.name}-servers"
  image_id                        = var.image_id
  image_options_login_as_non_root = true
  instance_types                  = var.instance_types
  security_group_ids              = [var.security_group_id]
  internet_max_bandwidth_out      = 0
  security_enhancement_strategy   = "Active"
  password_inherit                = false
  role_name                       = alicloud_ram_role.this.role_name
  system_disk_category            = "cloud_essd"
  system_disk_size                = 40
  system_disk_encrypted           = true
  system_disk_encrypt_algorithm   = "SM4-128"
  system_disk_kms_key_id          = var.kms_key == null ? null : var.kms_key.id
  active                          = true
  enable                          = true
  force_delete                    = true
  tags                            = var.tags
}

resource "alicloud_ess_scaling_rule" "cpu" {
  scaling_group_id  = alicloud_ess_scaling_group.this.id
  scaling_rule_name = "${var.name}-cpu"
  scaling_rule_type = "TargetTrackingScalingRule"
  metric_name       = "CpuUtilization"
  target_value      = 60
}
