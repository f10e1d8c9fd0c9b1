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

resource "tencentcloud_cls_logset" "chengdu" {
  provider = tencentcloud.chengdu

  logset_name = "${local.name}-dr"
}

resource "tencentcloud_cls_topic" "chengdu" {
  provider = tencentcloud.chengdu

  logset_id    = tencentcloud_cls_logset.chengdu.id
  topic_name   = "${local.name}-flow"
  period       = 180
  encryption   = 1
  auto_split   = true
  storage_type = "hot"
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

  internet_charge_type       = "TRAFFIC_POSTPAID_BY_HOUR"
  internet_bandwidth_max_out = 200
}

# DDoS 原生防护包绑定对外负载均衡
resource "tencentcloud_antiddos_bgp_instance" "this" {
  instance_charge_type = "PREPAID"
  package_type         = "Standard"

  standard_package_config {
    bandwidth        = 100
    protect_ip_count = 1
    region           = var.region
  }

  instance_charge_prepaid {
    period     = 12
    renew_flag = "NOTIFY_AND_AUTO_RENEW"
  }
}

resource "tencentcloud_dayu_ddos_ip_attachment_v2" "web" {
  bgp_instance_id = tencentcloud_antiddos_bgp_instance.this.id

  bound_ip_list {
    ip          = "203.0.113.40"
    instance_id = tencentcloud_clb_instance.web.id
    biz_type    = "public"
    device_type = "lb"
  }
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
  tags           = merge(local.tags, { purpose = "admin" })
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
  name             = "${local.name}-transcode"
  session_duration = 7200
  document         = <<-JSON
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

# 堡垒机：只从内网访问
resource "tencentcloud_bh_resource" "ops" {
  deploy_region    = var.region
  deploy_zone      = local.zones[0]
  vpc_id           = module.network.vpc_id
  subnet_id        = module.network.subnet_ids["app-3"]
  vpc_cidr_block   = "10.100.0.0/16"
  cidr_block       = "10.100.0.0/20"
  resource_edition = "standard"
  resource_node    = 50
  time_unit        = "m"
  time_span        = 12
  pay_mode         = 1
  auto_renew_flag  = 1
  intranet_access  = 1
  external_access  = 0
}

# 镜像仓库：只经内网拉取，推送即扫描，高危漏洞不得部署
resource "tencentcloud_tcr_instance" "this" {
  name                  = local.name
  instance_type         = "premium"
  open_public_operation = false
  deletion_protection   = true
  tags                  = local.tags
}

resource "tencentcloud_tcr_namespace" "this" {
  for_each = var.namespaces

  instance_id    = tencentcloud_tcr_instance.this.id
  name           = each.key
  is_public      = each.value.public
  is_auto_scan   = true
  is_prevent_vul = true
  severity       = "high"
}

resource "tencentcloud_tcr_immutable_tag_rule" "this" {
  for_each = { for name, namespace in var.namespaces : name => namespace if namespace.immutable }

  registry_id    = tencentcloud_tcr_instance.this.id
  namespace_name = tencentcloud_tcr_namespace.this[each.key].name

  rule {
    repository_pattern    = "**"
    repository_decoration = "repoMatches"
    tag_pattern           = "**"
    tag_decoration        = "matches"
    disabled              = false
  }
}

# 小程序静态资源
resource "tencentcloud_cdn_domain" "this" {
  for_each = var.cdn_domains

  domain       = "${each.key}.qingyu-agent.example"
  service_type = "web"
  area         = each.value.area
  tags         = local.tags

  origin {
    origin_type          = "cos"
    origin_list          = ["${local.name}-static-${var.app_id}.cos.${var.region}.myqcloud.com"]
    origin_pull_protocol = "https"
    cos_private_access   = "on"
  }

  https_config {
    https_switch = "on"
    tls_versions = each.value.tls_versions

    force_redirect {
      switch               = "on"
      redirect_type        = "https"
      redirect_status_code = 301
    }

    server_certificate_config {
      certificate_id = var.certificate_id
    }
  }
}

# 双录质检函数
resource "tencentcloud_scf_function" "review" {
  name              = "${local.name}-review"
  handler           = "main.handler"
  runtime           = "Python3.10"
  mem_size          = 512
  timeout           = 60
  cos_bucket_name   = "${local.name}-artifacts"
  cos_bucket_region = var.region
  cos_object_name   = "/review.zip"
  vpc_id            = module.network.vpc_id
  subnet_id         = module.network.subnet_ids["app-3"]
  enable_public_net = false
  cls_logset_id     = tencentcloud_cls_logset.this.id
  cls_topic_id      = tencentcloud_cls_topic.this["app"].id
  tags              = local.tags

  triggers {
    name         = "nightly"
    type         = "timer"
    trigger_desc = "0 0 2 * * * *"
  }
}

# 呼叫中心机房：单条隧道，没有探测
resource "tencentcloud_vpn_gateway" "callcenter" {
  name      = "${local.name}-callcenter"
  vpc_id    = module.network.vpc_id
  bandwidth = 20
  zone      = local.zones[0]
  type      = "IPSEC"
  bgp_asn   = 65020
  tags      = local.tags
}

resource "tencentcloud_vpn_customer_gateway" "callcenter" {
  name              = "${local.name}-callcenter"
  public_ip_address = "198.51.100.60"
}

resource "tencentcloud_vpn_connection" "callcenter" {
  name                       = "${local.name}-callcenter"
  vpc_id                     = module.network.vpc_id
  vpn_gateway_id             = tencentcloud_vpn_gateway.callcenter.id
  customer_gateway_id        = tencentcloud_vpn_customer_gateway.callcenter.id
  pre_share_key              = var.vpn_psk
  enable_health_check        = false
  ike_version                = "IKEV2"
  ike_proto_encry_algorithm  = "AES-CBC-256"
  ike_proto_authen_algorithm = "SHA-256"
  ike_dh_group_name          = "GROUP14"
  ipsec_encrypt_algorithm    = "AES-CBC-256"
  ipsec_integrity_algorithm  = "SHA-256"
  ipsec_pfs_dh_group         = "DH-GROUP14"

  security_group_policy {
    local_cidr_block  = "10.100.0.0/20"
    remote_cidr_block = ["192.168.60.0/24"]
  }
}
