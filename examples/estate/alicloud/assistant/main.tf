# 智能客服：语料与会话存储、检索与对话模型
terraform {
  required_version = ">= 1.6"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
  }
}

provider "alicloud" {
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "dr"
  region = "cn-beijing"
}

locals {
  name = "qingyu-assistant"

  tags = {
    system      = "assistant"
    environment = "prod"
    owner       = "customer-service"
  }
}

module "keys" {
  source = "../../modules/alicloud/keys"

  name = local.name
  tags = local.tags
  keys = { storage = { purpose = "语料与会话" } }
}

module "keys_dr" {
  source = "../../modules/alicloud/keys"

  providers = {
    alicloud = alicloud.dr
  }

  name = "${local.name}-dr"
  tags = local.tags
  keys = { storage = { purpose = "语料与会话副本" } }
}

# 存储桶按数据分类打标签；个人信息到期删除，处理记录至少保存三年
module "bucket" {
  source   = "../../modules/alicloud/bucket"
  for_each = var.buckets

  name              = "${local.name}-${each.key}"
  kms_key_id        = module.keys.ids["storage"]
  expire_after_days = each.value.expire_after_days
  tags              = merge(local.tags, { data-class = each.value.data_class })

  replica = {
    bucket     = module.bucket_dr[each.key].bucket
    region     = "cn-beijing"
    role       = "qingyu-oss-replication"
    kms_key_id = module.keys_dr.ids["storage"]
  }
}

module "bucket_dr" {
  source   = "../../modules/alicloud/bucket"
  for_each = var.buckets

  providers = {
    alicloud = alicloud.dr
  }

  name              = "${local.name}-${each.key}-dr"
  kms_key_id        = module.keys_dr.ids["storage"]
  expire_after_days = each.value.expire_after_days
  tags              = merge(local.tags, { data-class = each.value.data_class })
}

resource "alicloud_log_project" "access" {
  project_name = "${local.name}-access"
  tags         = merge(local.tags, { data-class = "general" })
}

resource "alicloud_sls_collection_policy" "oss" {
  policy_name        = "${local.name}-oss"
  product_code       = "oss"
  data_code          = "access_log"
  enabled            = true
  centralize_enabled = true

  centralize_config {
    dest_project  = alicloud_log_project.access.project_name
    dest_logstore = "oss"
    dest_region   = "cn-hangzhou"
    dest_ttl      = 180
  }

  policy_config {
    resource_mode = "all"
  }
}

# 在 OSS 与数据库中识别敏感数据
resource "alicloud_sddp_instance" "this" {
  payment_type   = "Subscription"
  period         = "12"
  renewal_status = "AutoRenewal"
  sddp_version   = "version_company"
  sd_cbool       = "yes"
  sdc            = "3"
  ud_cbool       = "yes"
  udc            = "2000"
}

resource "alicloud_pai_workspace_workspace" "this" {
  workspace_name = "qingyu_assistant"
  description    = "智能客服"
  env_types      = ["prod"]
}

# 输入与输出先经内容安全审核
resource "alicloud_aligreen_biz_type" "this" {
  biz_type_name = "qingyu_assistant"
  description   = "智能客服对话"
  cite_template = true
  industry_info = "金融-保险"
}

# 微调语料：已脱敏，来源与授权记录见登记簿
resource "alicloud_pai_workspace_dataset" "corpus" {
  dataset_name     = "corpus"
  workspace_id     = alicloud_pai_workspace_workspace.this.id
  data_source_type = "OSS"
  property         = "DIRECTORY"
  uri              = "oss://${module.bucket["corpus"].bucket}.oss-cn-hangzhou-internal.aliyuncs.com/train/"

  labels {
    key   = "data-class"
    value = "ai-training"
  }
}

resource "alicloud_pai_service" "this" {
  for_each = var.services

  workspace_id = alicloud_pai_workspace_workspace.this.id

  service_config = jsonencode({
    metadata = {
      name     = "${replace(local.name, "-", "_")}_${each.key}"
      instance = each.value.replicas
      cpu      = 8
      memory   = 65536
      gpu      = 1
    }
    networking = {
      disable_internet_endpoint = !each.value.public
    }
    containers = [{
      image = "qingyu-prod-registry-vpc.cn-hangzhou.cr.aliyuncs.com/core/assistant:${each.value.release}"
      port  = 8000
    }]
  })
}
