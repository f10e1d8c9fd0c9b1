# 集中审计账号：三朵云的操作审计与归档
terraform {
  required_version = ">= 1.6"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "1.83.25"
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

provider "aws" {
  region = "cn-north-1"
}

provider "aws" {
  alias  = "ningxia"
  region = "cn-northwest-1"
}

provider "tencentcloud" {
  region = "ap-shanghai"
}

# ---- 阿里云 ----

module "keys" {
  source = "../../modules/alicloud/keys"

  name = "qingyu-audit"
  keys = { audit = { purpose = "审计归档" } }
}

module "keys_dr" {
  source = "../../modules/alicloud/keys"

  providers = {
    alicloud = alicloud.dr
  }

  name = "qingyu-audit-dr"
  keys = { audit = { purpose = "审计归档副本" } }
}

module "trail_bucket" {
  source = "../../modules/alicloud/bucket"

  name              = "qingyu-audit-actiontrail"
  kms_key_id        = module.keys.ids["audit"]
  worm_days         = 365
  expire_after_days = 1095

  replica = {
    bucket     = module.trail_bucket_dr.bucket
    region     = "cn-beijing"
    role       = "qingyu-oss-replication"
    kms_key_id = module.keys_dr.ids["audit"]
  }
}

module "trail_bucket_dr" {
  source = "../../modules/alicloud/bucket"

  providers = {
    alicloud = alicloud.dr
  }

  name       = "qingyu-audit-actiontrail-dr"
  kms_key_id = module.keys_dr.ids["audit"]
  worm_days  = 365
}

resource "alicloud_oss_bucket_logging" "trail" {
  bucket        = module.trail_bucket.bucket
  target_bucket = module.access_log_bucket.bucket
  target_prefix = "actiontrail/"
}

resource "alicloud_oss_bucket_logging" "trail_dr" {
  bucket        = module.trail_bucket_dr.bucket
  target_bucket = module.access_log_bucket_dr.bucket
  target_prefix = "actiontrail/"
}

module "access_log_bucket" {
  source = "../../modules/alicloud/bucket"

  name              = "qingyu-audit-oss-logs"
  kms_key_id        = module.keys.ids["audit"]
  expire_after_days = 1095

  replica = {
    bucket     = module.access_log_bucket_dr.bucket
    region     = "cn-beijing"
    role       = "qingyu-oss-replication"
    kms_key_id = module.keys_dr.ids["audit"]
  }
}

module "access_log_bucket_dr" {
  source = "../../modules/alicloud/bucket"

  providers = {
    alicloud = alicloud.dr
  }

  name       = "qingyu-audit-oss-logs-dr"
  kms_key_id = module.keys_dr.ids["audit"]
}

resource "alicloud_actiontrail_trail" "this" {
  trail_name      = "qingyu"
  trail_region    = "All"
  event_rw        = "Write"
  status          = "Enable"
  oss_bucket_name = module.trail_bucket.bucket
  oss_key_prefix  = "actiontrail"
}

# ---- AWS 中国 ----

resource "aws_kms_key" "audit" {
  description             = "qingyu audit"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_key" "audit_ningxia" {
  provider = aws.ningxia

  description             = "qingyu audit, second region"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

module "cloudtrail_bucket" {
  source = "../../modules/aws/bucket"

  name              = "qingyu-audit-cloudtrail"
  kms_key_arn       = aws_kms_key.audit.arn
  access_log        = { bucket = module.access_logs.id }
  lock_days         = 365
  expire_after_days = 1095

  readers = {
    CloudTrailWrite = {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com"]
      actions     = ["s3:PutObject"]
    }
  }

  replica = {
    bucket_arn  = module.cloudtrail_bucket_ningxia.arn
    kms_key_arn = aws_kms_key.audit_ningxia.arn
    role_arn    = module.replication_role.arn
  }
}

module "cloudtrail_bucket_ningxia" {
  source = "../../modules/aws/bucket"

  providers = {
    aws = aws.ningxia
  }

  name        = "qingyu-audit-cloudtrail-nx"
  kms_key_arn = aws_kms_key.audit_ningxia.arn
  access_log  = { bucket = module.access_logs_ningxia.id }
  lock_days   = 365
}

# 审计桶自身的访问日志
module "access_logs" {
  source = "../../modules/aws/bucket"

  name              = "qingyu-audit-access-logs"
  kms_key_arn       = aws_kms_key.audit.arn
  expire_after_days = 1095

  replica = {
    bucket_arn  = module.access_logs_ningxia.arn
    kms_key_arn = aws_kms_key.audit_ningxia.arn
    role_arn    = module.replication_role.arn
  }
}

module "access_logs_ningxia" {
  source = "../../modules/aws/bucket"

  providers = {
    aws = aws.ningxia
  }

  name        = "qingyu-audit-access-logs-nx"
  kms_key_arn = aws_kms_key.audit_ningxia.arn
}

module "replication_role" {
  source = "../../modules/aws/service-role"

  name      = "qingyu-audit-replication"
  principal = { identifiers = ["s3.amazonaws.com"] }
  statements = [
    { actions = ["s3:ReplicateObject"], resources = ["arn:aws-cn:s3:::qingyu-audit-*-nx/*"] },
  ]
}

resource "aws_cloudtrail" "this" {
  name                          = "qingyu"
  s3_bucket_name                = module.cloudtrail_bucket.id
  kms_key_id                    = aws_kms_key.audit.arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = false
}

# ---- 腾讯云 ----

resource "tencentcloud_kms_key" "audit" {
  alias                         = "qingyu-audit"
  key_rotation_enabled          = true
  pending_delete_window_in_days = 30
}

module "track_bucket" {
  source = "../../modules/tencentcloud/bucket"

  name       = "qingyu-audit-track"
  app_id     = "1300000003"
  region     = "ap-shanghai"
  kms_key_id = tencentcloud_kms_key.audit.id
  lock_days  = 365
  log_bucket = module.track_access_logs.bucket

  replica = {
    region = "ap-beijing"
    bucket = "qingyu-audit-track-dr-1300000003"
    role   = "qcs::cam::uin/100000000003:uin/100000000003"
  }
}

module "track_access_logs" {
  source = "../../modules/tencentcloud/bucket"

  name              = "qingyu-audit-cos-logs"
  app_id            = "1300000003"
  region            = "ap-shanghai"
  kms_key_id        = tencentcloud_kms_key.audit.id
  expire_after_days = 1095

  replica = {
    region = "ap-beijing"
    bucket = "qingyu-audit-cos-logs-dr-1300000003"
    role   = "qcs::cam::uin/100000000003:uin/100000000003"
  }
}

resource "tencentcloud_audit_track" "this" {
  name          = "qingyu"
  status        = 1
  action_type   = "*"
  resource_type = "*"
  event_names   = ["*"]

  storage {
    storage_type   = "cos"
    storage_name   = "qingyu-audit-track"
    storage_prefix = "audit"
    storage_region = "ap-shanghai"
  }
}

# 港澳试点的操作记录单独投递
resource "tencentcloud_audit_track" "hongkong" {
  name          = "qingyu-hk"
  status        = 1
  action_type   = "*"
  resource_type = "*"
  event_names   = ["*"]

  storage {
    storage_type   = "cls"
    storage_name   = "qingyu-hk-topic"
    storage_prefix = "audit"
    storage_region = "ap-hongkong"
  }
}
