resource "tencentcloud_cls_logset" "this" {
  logset_name = local.name
  tags        = local.tags
}

resource "tencentcloud_cls_topic" "this" {
  for_each = var.log_topics

  logset_id    = tencentcloud_cls_logset.this.id
  topic_name   = "${local.name}-${each.key}"
  period       = each.value.days
  encryption   = each.value.encrypted ? 1 : 0
  auto_split   = true
  storage_type = "hot"
  tags         = local.tags
}

resource "tencentcloud_clb_instance" "web" {
  clb_name        = "${local.name}-web"
  network_type    = "OPEN"
  vpc_id          = module.network.vpc_id
  master_zone_id  = local.zones[0]
  slave_zone_id   = local.zones[1]
  security_groups = [module.network.security_group_ids["entry"]]
  log_set_id      = tencentcloud_cls_logset.this.id
  log_topic_id    = tencentcloud_cls_topic.this["entry"].id
  delete_protect  = true
  tags            = merge(local.tags, { purpose = "public-entry" })
}

resource "tencentcloud_clb_listener" "https" {
  clb_id               = tencentcloud_clb_instance.web.id
  listener_name        = "https"
  port                 = 443
  protocol             = "HTTPS"
  certificate_id       = var.certificate_id
  certificate_ssl_mode = "UNIDIRECTIONAL"
}

# 内部管理后台
resource "tencentcloud_clb_instance" "admin" {
  clb_name       = "${local.name}-admin"
  network_type   = "INTERNAL"
  vpc_id         = module.network.vpc_id
  subnet_id      = module.network.subnet_ids["app-3"]
  delete_protect = false
  tags           = local.tags
}

resource "tencentcloud_clb_listener" "admin" {
  clb_id        = tencentcloud_clb_instance.admin.id
  listener_name = "admin"
  port          = 8080
  protocol      = "TCP"
}

resource "tencentcloud_kubernetes_cluster" "app" {
  cluster_name               = local.name
  cluster_version            = "1.30.0"
  cluster_level              = "L20"
  cluster_deploy_type        = "MANAGED_CLUSTER"
  vpc_id                     = module.network.vpc_id
  cluster_cidr               = "172.20.0.0/16"
  cluster_internet           = var.debug_api_access
  cluster_intranet           = true
  cluster_intranet_subnet_id = module.network.subnet_ids["app-3"]
  deletion_protection        = true

  cluster_audit {
    enabled    = true
    log_set_id = tencentcloud_cls_logset.this.id
    topic_id   = tencentcloud_cls_topic.this["audit"].id
  }

  tags = local.tags
}

resource "tencentcloud_kubernetes_encryption_protection" "app" {
  cluster_id = tencentcloud_kubernetes_cluster.app.id

  kms_configuration {
    key_id     = tencentcloud_kms_key.this["cluster"].id
    kms_region = var.region
  }
}

# 港澳试点网络
resource "tencentcloud_vpc" "hongkong" {
  provider = tencentcloud.hongkong

  name       = "${local.name}-hk"
  cidr_block = "10.110.0.0/16"
}

resource "tencentcloud_subnet" "hongkong" {
  provider = tencentcloud.hongkong

  vpc_id            = tencentcloud_vpc.hongkong.id
  name              = "${local.name}-hk-app"
  cidr_block        = "10.110.0.0/20"
  availability_zone = "ap-hongkong-2"
}

# 基础网络时代的短信网关，供应商限制无法迁移
resource "tencentcloud_instance" "sms" {
  instance_name           = "${local.name}-sms"
  availability_zone       = local.zones[0]
  image_id                = "img-487zeit5"
  instance_type           = "S6.MEDIUM4"
  instance_charge_type    = "POSTPAID_BY_HOUR"
  allocate_public_ip      = false
  disable_api_termination = true
  system_disk_type        = "CLOUD_BSSD"
  system_disk_encrypt     = true
  system_disk_kms_key_id  = tencentcloud_kms_key.this["compute"].id
  tags                    = local.tags
}

resource "tencentcloud_cam_role" "transcode" {
  name     = "${local.name}-transcode"
  document = <<-JSON
    {
      "version": "2.0",
      "statement": [
        {
          "action": "name/sts:AssumeRole",
          "effect": "allow",
          "principal": { "service": ["cvm.qcloud.com"] }
        }
      ]
    }
  JSON
}

resource "tencentcloud_cam_policy" "transcode" {
  name = "${local.name}-transcode"
  document = jsonencode({
    version = "2.0"
    statement = [{
      effect   = "allow"
      action   = ["name/cos:GetObject", "name/cos:PutObject"]
      resource = ["qcs::cos:${var.region}:uid/${var.app_id}:${local.name}-recordings-${var.app_id}/*"]
    }]
  })
}

resource "tencentcloud_cam_role_policy_attachment" "transcode" {
  role_id   = tencentcloud_cam_role.transcode.id
  policy_id = tencentcloud_cam_policy.transcode.id
}

# 预设策略只能按编号引用
resource "tencentcloud_cam_user_policy_attachment" "ops" {
  user_name = "ops-oncall"
  policy_id = "219188"
}
