module "role" {
  source   = "../../modules/aws/service-role"
  for_each = var.roles

  name             = "${local.name}-${each.key}"
  principal        = each.value.principal
  statements       = each.value.statements
  managed_policies = each.value.managed_policies
}

module "cluster" {
  source = "../../modules/aws/cluster"

  name               = local.name
  role_arn           = module.role["cluster"].arn
  node_role_arn      = module.role["node"].arn
  subnet_ids         = module.network.subnet_ids["app"]
  security_group_ids = [module.network.security_group_ids["app"]]
  secrets_key_arn    = aws_kms_key.this["cluster"].arn
  disk_key_arn       = aws_kms_key.this["compute"].arn

  node_groups = {
    general = { instance_types = ["m6g.xlarge"], max = 12 }
    quote   = { instance_types = ["c6g.2xlarge"], min = 3, desired = 4 }
  }
}

# 旧集群：业务迁完后删除
module "cluster_legacy" {
  source = "../../modules/aws/cluster"

  name               = "${local.name}-legacy"
  kubernetes_version = "1.27"
  role_arn           = module.role["cluster"].arn
  node_role_arn      = module.role["node"].arn
  subnet_ids         = module.network.subnet_ids["app"]
  security_group_ids = [module.network.security_group_ids["app"]]
  log_types          = ["api"]
  encrypt_secrets    = false
  disk_key_arn       = aws_kms_key.this["compute"].arn
  node_groups        = { general = { instance_types = ["m5.large"] } }
}

resource "aws_lb" "web" {
  name                       = "${local.name}-web"
  load_balancer_type         = "application"
  internal                   = false
  subnets                    = module.network.subnet_ids["entry"]
  security_groups            = [module.network.security_group_ids["entry"]]
  enable_deletion_protection = true
  drop_invalid_header_fields = true

  access_logs {
    bucket  = module.bucket["access-logs"].id
    prefix  = "web"
    enabled = true
  }

  tags = {
    purpose = "public-entry"
  }
}

resource "aws_lb" "partners" {
  name               = "${local.name}-partners"
  load_balancer_type = "application"
  internal           = true
  subnets            = module.network.subnet_ids["app"]
  security_groups    = [module.network.security_group_ids["app"]]

  # compliant-infra:ignore=deletion-protection reason="合作方入口蓝绿发布期间会反复重建" owner="digital" until=2027-12-31 ticket="CHG-20817"
  enable_deletion_protection = false
}

resource "aws_lb_target_group" "this" {
  for_each = toset(["web", "partners"])

  name     = "${local.name}-${each.key}"
  port     = 8443
  protocol = "HTTPS"
  vpc_id   = module.network.vpc_id

  health_check {
    protocol = "HTTPS"
    path     = "/healthz"
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["web"].arn
  }
}

resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

# 合作车商的旧终端只会说 HTTP
resource "aws_lb_listener" "partners" {
  load_balancer_arn = aws_lb.partners.arn
  port              = 8080
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["partners"].arn
  }
}

resource "aws_instance" "rating" {
  count = 2

  ami                         = "ami-0c0ffee0qingyu0001"
  instance_type               = "c6g.2xlarge"
  subnet_id                   = module.network.subnet_ids["app"][count.index]
  vpc_security_group_ids      = [module.network.security_group_ids["app"]]
  associate_public_ip_address = false
  iam_instance_profile        = "${local.name}-rating"

  user_data = <<-SH
    #!/bin/bash
    set -eu
    # 口令在启动时读取，不落盘
    RATING_DB_PASSWORD="$(aws secretsmanager get-secret-value --secret-id ${aws_secretsmanager_secret.this["rating"].name} --query SecretString --output text)"
    export RATING_DB_PASSWORD
    exec /opt/rating/bin/start
  SH

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 80
    encrypted   = true
    kms_key_id  = aws_kms_key.this["compute"].arn
  }
}

resource "aws_ebs_volume" "models" {
  for_each = { a = "cn-north-1a", b = "cn-north-1b" }

  availability_zone = each.value
  size              = 500
  type              = "gp3"
  encrypted         = true
  kms_key_id        = aws_kms_key.this["compute"].arn
  tags              = { snapshot = "daily" }
}

resource "aws_dlm_lifecycle_policy" "daily" {
  description        = "Daily snapshots"
  execution_role_arn = module.role["snapshot"].arn
  state              = "ENABLED"

  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { snapshot = "daily" }

    schedule {
      name = "daily"

      create_rule {
        interval      = 24
        interval_unit = "HOURS"
        times         = ["18:00"]
      }

      retain_rule {
        count = 14
      }

      cross_region_copy_rule {
        target    = "cn-northwest-1"
        encrypted = true
        cmk_arn   = aws_kms_key.ningxia.arn

        retain_rule {
          interval      = 14
          interval_unit = "DAYS"
        }
      }
    }
  }
}
