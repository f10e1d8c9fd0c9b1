module "bucket" {
  source   = "../../modules/aws/bucket"
  for_each = var.buckets

  name              = "${local.name}-${each.key}-cn"
  kms_key_arn       = aws_kms_key.this["storage"].arn
  versioning        = each.value.versioning
  readers           = each.value.readers
  restrict_public   = each.value.restrict_public
  expire_after_days = each.value.expire_after_days
  access_log        = each.key == "access-logs" ? null : { bucket = local.log_bucket }

  replica = {
    bucket_arn  = module.bucket_ningxia[each.key].arn
    kms_key_arn = aws_kms_key.ningxia.arn
    role_arn    = module.role["replication"].arn
  }
}

module "bucket_ningxia" {
  source   = "../../modules/aws/bucket"
  for_each = var.buckets

  providers = {
    aws = aws.ningxia
  }

  name        = "${local.name}-${each.key}-nx"
  kms_key_arn = aws_kms_key.ningxia.arn
  access_log  = each.key == "access-logs" ? null : { bucket = "${local.name}-access-logs-nx" }
}

resource "aws_efs_file_system" "shared" {
  creation_token = "${local.name}-shared"
  encrypted      = true
  kms_key_id     = aws_kms_key.this["storage"].arn
}

resource "aws_efs_backup_policy" "shared" {
  file_system_id = aws_efs_file_system.shared.id

  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_file_system" "scratch" {
  creation_token = "${local.name}-scratch"
  encrypted      = true
  kms_key_id     = aws_kms_key.this["storage"].arn
}

resource "aws_efs_mount_target" "shared" {
  count = 2

  file_system_id  = aws_efs_file_system.shared.id
  subnet_id       = module.network.subnet_ids["app"][count.index]
  security_groups = [module.network.security_group_ids["data"]]
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = var.log_groups

  name              = "/qingyu/${each.key}"
  retention_in_days = each.value
  kms_key_id        = aws_kms_key.this["logs"].arn
}
