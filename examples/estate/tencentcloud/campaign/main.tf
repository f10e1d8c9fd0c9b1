terraform {
  required_version = ">= 1.6"

  required_providers {
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "1.83.25"
    }
  }
}

provider "tencentcloud" {
  region = "ap-guangzhou"
}

locals {
  name  = "qingyu-campaign"
  sites = jsondecode(file("${path.module}/sites.json"))
}

resource "tencentcloud_kms_key" "assets" {
  alias                         = "${local.name}-assets"
  key_rotation_enabled          = true
  pending_delete_window_in_days = 30
}

module "network" {
  source = "../../modules/tencentcloud/network"

  name             = local.name
  cidr_block       = "10.120.0.0/16"
  data_acl_ingress = ["ACCEPT#10.120.0.0/16#ALL#TCP"]

  subnets = {
    web-6 = { cidr_block = "10.120.0.0/20", zone = "ap-guangzhou-6" }
    web-7 = { cidr_block = "10.120.16.0/20", zone = "ap-guangzhou-7" }
  }

  tiers = {
    web = {
      description = "H5"
      ingress = [
        { port = "80", cidr_block = "0.0.0.0/0", description = "HTTP" },
        { port = "443", cidr_block = "0.0.0.0/0", description = "HTTPS" },
      ]
    }
  }
}

module "assets" {
  source   = "../../modules/tencentcloud/bucket"
  for_each = { for site in local.sites : site.name => site }

  name       = "${local.name}-${each.key}"
  app_id     = "1300000002"
  region     = "ap-guangzhou"
  kms_key_id = tencentcloud_kms_key.assets.id
  acl        = try(each.value.acl, "private")
  log_bucket = module.access_logs.bucket

  replica = {
    region = "ap-nanjing"
    bucket = "${local.name}-${each.key}-dr-1300000002"
    role   = "qcs::cam::uin/100000000002:uin/100000000002"
  }
}

module "access_logs" {
  source = "../../modules/tencentcloud/bucket"

  name              = "${local.name}-access-logs"
  app_id            = "1300000002"
  region            = "ap-guangzhou"
  kms_key_id        = tencentcloud_kms_key.assets.id
  expire_after_days = 200

  replica = {
    region = "ap-nanjing"
    bucket = "${local.name}-access-logs-dr-1300000002"
    role   = "qcs::cam::uin/100000000002:uin/100000000002"
  }
}

module "web" {
  source = "../../modules/tencentcloud/servers"

  name               = local.name
  instances          = 2
  zones              = ["ap-guangzhou-6", "ap-guangzhou-7"]
  subnet_ids         = values(module.network.subnet_ids)
  vpc_id             = module.network.vpc_id
  security_group_ids = [module.network.security_group_ids["web"]]
  kms_key_id         = tencentcloud_kms_key.assets.id
}

# 直播互动机器人，直接挂公网
resource "tencentcloud_instance" "live" {
  instance_name              = "${local.name}-live"
  availability_zone          = "ap-guangzhou-6"
  image_id                   = "img-487zeit5"
  instance_type              = "S6.LARGE8"
  instance_charge_type       = "POSTPAID_BY_HOUR"
  vpc_id                     = module.network.vpc_id
  subnet_id                  = module.network.subnet_ids["web-6"]
  orderly_security_groups    = [module.network.security_group_ids["web"]]
  key_ids                    = ["skey-qy2026ops"]
  allocate_public_ip         = true
  internet_max_bandwidth_out = 50
  disable_api_termination    = true
  system_disk_type           = "CLOUD_BSSD"
  system_disk_encrypt        = true
  system_disk_kms_key_id     = tencentcloud_kms_key.assets.id
}
