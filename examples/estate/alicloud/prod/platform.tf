# 平台服务：堡垒机、镜像仓库、CDN、总部 VPN、函数

resource "alicloud_bastionhost_instance" "ops" {
  description          = "${local.name}-ops"
  license_code         = "bhah_ent_100_asset"
  plan_code            = "cloudbastion_ha"
  storage              = "5"
  bandwidth            = "10"
  period               = 12
  vswitch_id           = module.network.vswitch_ids["app-h"]
  slave_vswitch_id     = module.network.vswitch_ids["app-i"]
  security_group_ids   = [module.network.security_group_ids["app"]]
  enable_public_access = false
  tags                 = local.tags
}

module "registry" {
  source = "../../modules/alicloud/registry"

  name         = local.name
  repositories = var.repositories
  tags         = local.tags
}

# 静态资源与客户端下载
resource "alicloud_cdn_domain_new" "this" {
  for_each = var.cdn_domains

  domain_name = "${each.key}.qingyu-insurance.example"
  cdn_type    = each.value.type
  scope       = each.value.scope
  tags        = local.tags

  sources {
    type     = "oss"
    content  = "${local.name}-documents.oss-${var.region}-internal.aliyuncs.com"
    priority = 20
    port     = 443
  }

  certificate_config {
    cert_type                 = "cas"
    cert_id                   = var.cdn_certificate_id
    server_certificate_status = "on"
  }
}

resource "alicloud_cdn_domain_config" "https_force" {
  for_each = { for name, domain in var.cdn_domains : name => domain if domain.force_https }

  domain_name   = alicloud_cdn_domain_new.this[each.key].domain_name
  function_name = "https_force"

  function_args {
    arg_name  = "enable"
    arg_value = "on"
  }
}

resource "alicloud_cdn_domain_config" "tls" {
  for_each = var.cdn_domains

  domain_name   = alicloud_cdn_domain_new.this[each.key].domain_name
  function_name = "https_tls_version"

  dynamic "function_args" {
    for_each = { tls10 = "off", tls11 = "off", tls12 = "on", tls13 = "on" }

    content {
      arg_name  = function_args.key
      arg_value = function_args.value
    }
  }
}

# 总部机房：双隧道 IPsec，两个可用区
resource "alicloud_vpn_gateway" "hq" {
  vpn_gateway_name             = "${local.name}-hq"
  vpc_id                       = module.network.vpc_id
  vswitch_id                   = module.network.vswitch_ids["app-h"]
  disaster_recovery_vswitch_id = module.network.vswitch_ids["app-i"]
  bandwidth                    = 200
  enable_ipsec                 = true
  payment_type                 = "PayAsYouGo"
  tags                         = local.tags
}

resource "alicloud_vpn_customer_gateway" "hq" {
  for_each = { master = "203.0.113.10", slave = "198.51.100.10" }

  customer_gateway_name = "${local.name}-hq-${each.key}"
  ip_address            = each.value
}

resource "alicloud_vpn_connection" "hq" {
  vpn_connection_name = "${local.name}-hq"
  vpn_gateway_id      = alicloud_vpn_gateway.hq.id
  local_subnet        = [module.network.cidr_block]
  remote_subnet       = ["10.64.0.0/14"]
  tags                = local.tags

  dynamic "tunnel_options_specification" {
    for_each = alicloud_vpn_customer_gateway.hq

    content {
      customer_gateway_id = tunnel_options_specification.value.id
      role                = tunnel_options_specification.key
      enable_dpd          = true

      tunnel_ike_config {
        ike_version  = "ikev2"
        ike_enc_alg  = "aes256"
        ike_auth_alg = "sha256"
        ike_pfs      = "group14"
        psk          = var.vpn_psk
      }

      tunnel_ipsec_config {
        ipsec_enc_alg  = "aes256"
        ipsec_auth_alg = "sha256"
        ipsec_pfs      = "group14"
      }
    }
  }
}

# 保单影像缩略图
resource "alicloud_fcv3_function" "thumbnail" {
  function_name   = "${local.name}-thumbnail"
  handler         = "index.handler"
  runtime         = "python3.10"
  memory_size     = 1024
  cpu             = 0.5
  disk_size       = 512
  role            = "acs:ram::${var.account_id}:role/qingyu-fc"
  internet_access = false
  tags            = local.tags

  code {
    oss_bucket_name = "${local.name}-artifacts"
    oss_object_name = "thumbnail.zip"
  }

  vpc_config {
    vpc_id            = module.network.vpc_id
    vswitch_ids       = [module.network.vswitch_ids["app-h"], module.network.vswitch_ids["app-i"]]
    security_group_id = module.network.security_group_ids["app"]
  }

  log_config {
    project  = module.logs.project
    logstore = module.logs.stores["app"]
  }
}

resource "alicloud_fcv3_trigger" "thumbnail" {
  function_name = alicloud_fcv3_function.thumbnail.function_name
  trigger_name  = "http"
  trigger_type  = "http"
  qualifier     = "LATEST"
  trigger_config = jsonencode({
    authType           = "anonymous" # 前端还没有接入签名
    methods            = ["GET", "POST"]
    disableURLInternet = false
  })
}
