# Application servers in every zone, without public addresses, with encrypted disks; signed in to through Session Manager,
# never with passwords or keys (8.1.4.1, 8.1.4.4, 8.1.4.8b).
resource "aws_security_group" "this" {
  name        = "${var.name}-app"
  description = "Called by the entry only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "entry" {
  security_group_id            = aws_security_group.this.id
  description                  = "entry"
  referenced_security_group_id = var.entry_group_id
  ip_protocol                  = "tcp"
  from_port                    = 8443
  to_port                      = 8443
}

resource "aws_vpc_security_group_egress_rule" "database" {
  count = length(var.data_networks)

  security_group_id = aws_security_group.this.id
  description       = "database"
  cidr_ipv4         = var.data_networks[count.index]
  ip_protocol       = "tcp"
  from_port         = 3306
  to_port           = 3306
}

# Onward through the firewall, which looks at the names that are called.
resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS to services outside"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# -- what the programs may do (8.1.4.2d): their database account, their objects, nothing else --------------------------

resource "aws_iam_role" "this" {
  name                 = "${var.name}-app"
  description          = "Programs on the application servers of ${var.name}."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com.cn" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "application"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Without a password: a token that is good for a quarter of an hour.
        Effect = "Allow"
        Action = ["rds-db:connect"]
        Resource = [
          for id in var.database_resources :
          "arn:aws-cn:rds-db:${var.region}:${var.account_id}:dbuser:${id}/${var.database_user}"
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["arn:aws-cn:s3:::${var.data_bucket}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = ["arn:aws-cn:s3:::${var.data_bucket}"]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.kms_key_arn]
      },
      {
        # Session Manager records what administrators do.
        Effect = "Allow"
        Action = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        Resource = [
          "arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${var.session_log_group}",
          "arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${var.session_log_group}:*",
        ]
      },
      {
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = ["*"]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = [var.log_key_arn]
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "session_manager" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "this" {
  name = "${var.name}-app"
  role = aws_iam_role.this.name
}

# -- the servers -----------------------------------------------------------------------------------------------------

resource "aws_launch_template" "this" {
  name                   = "${var.name}-app"
  description            = "Application servers of ${var.name}."
  image_id               = var.image_id
  instance_type          = var.instance_type
  ebs_optimized          = "true"
  update_default_version = true

  iam_instance_profile {
    arn = aws_iam_instance_profile.this.arn
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  monitoring {
    enabled = true
  }

  network_interfaces {
    associate_public_ip_address = "false"
    delete_on_termination       = "true"
    device_index                = 0
    security_groups             = [aws_security_group.this.id]
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 50
      encrypted             = "true"
      kms_key_id            = var.kms_key_arn
      delete_on_termination = "true"
    }
  }

  # Default tags of the provider do not reach what the group launches. The plan of module backup finds its volumes by
  # the tag backup.
  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = merge(var.tags, { Name = "${var.name}-app", backup = var.name, patch = var.name })
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name                      = "${var.name}-app"
  min_size                  = var.sizes[0]
  max_size                  = var.sizes[1]
  vpc_zone_identifier       = var.subnet_ids
  target_group_arns         = [var.target_group_arn]
  health_check_type         = "ELB"
  health_check_grace_period = 300
  # Servers are replaced before they have drifted from the image.
  max_instance_lifetime = 2592000

  launch_template {
    id      = aws_launch_template.this.id
    version = aws_launch_template.this.latest_version
  }

  instance_refresh {
    strategy = "Rolling"
  }

  dynamic "tag" {
    for_each = var.tags

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = false
    }
  }

  # Servers start with their rights.
  depends_on = [aws_iam_role_policy.this, aws_iam_role_policy_attachment.session_manager]
}

resource "aws_autoscaling_policy" "load" {
  name                   = "${var.name}-load"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value = 60

    predefined_metric_specification {
      predefined_metric_type = "ASGAverageCPUUtilization"
    }
  }
}

# Security patches are installed every night, half of the servers at a time (8.1.4.4e).
resource "aws_ssm_association" "patches" {
  name                = "AWS-RunPatchBaseline"
  association_name    = "${var.name}-patches"
  schedule_expression = "cron(0 18 ? * * *)"
  compliance_severity = "HIGH"
  parameters          = { Operation = "Install", RebootOption = "RebootIfNeeded" }
  max_concurrency     = "50%"
  max_errors          = "10%"

  targets {
    key    = "tag:patch"
    values = [var.name]
  }
}
