# All log groups of the region flow into the locked bucket (8.1.5.4d), also those that are made later. What the trail
# itself writes is there already.
locals {
  stream     = "${var.name}-logs"
  stream_arn = "arn:aws-cn:firehose:${var.region}:${var.account_id}:deliverystream/${local.stream}"
  log_group  = "/aws/firehose/${local.stream}"
}

resource "aws_cloudwatch_log_group" "delivery" {
  name              = local.log_group
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_cloudwatch_log_stream" "delivery" {
  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.delivery.name
}

resource "aws_iam_role" "delivery" {
  name                 = "${var.name}-log-delivery"
  description          = "Writes logs into the bucket of the audit records."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "firehose.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "delivery" {
  name = "write"
  role = aws_iam_role.delivery.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = [var.bucket_arn]
      },
      {
        Effect   = "Allow"
        Action   = ["s3:PutObject", "s3:AbortMultipartUpload"]
        Resource = ["${var.bucket_arn}/collected/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource = [var.kms_key_arn]
      },
      {
        Effect   = "Allow"
        Action   = ["logs:PutLogEvents"]
        Resource = ["arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${local.log_group}:log-stream:*"]
      },
    ]
  })
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = local.stream
  destination = "extended_s3"

  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  extended_s3_configuration {
    bucket_arn          = var.bucket_arn
    role_arn            = aws_iam_role.delivery.arn
    prefix              = "collected/"
    error_output_prefix = "collected/errors/"
    kms_key_arn         = var.kms_key_arn
    # CloudWatch Logs sends records compressed.
    compression_format = "UNCOMPRESSED"

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.delivery.name
      log_stream_name = aws_cloudwatch_log_stream.delivery.name
    }
  }

  depends_on = [aws_iam_role_policy.delivery]
}

resource "aws_iam_role" "subscription" {
  name                 = "${var.name}-log-subscription"
  description          = "Passes log groups on to the delivery stream."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "logs.${var.region}.amazonaws.com.cn" }
      Action    = "sts:AssumeRole"
      Condition = { StringLike = { "aws:SourceArn" = "arn:aws-cn:logs:${var.region}:${var.account_id}:*" } }
    }]
  })
}

resource "aws_iam_role_policy" "subscription" {
  name = "pass-on"
  role = aws_iam_role.subscription.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = [local.stream_arn]
    }]
  })
}

resource "aws_cloudwatch_log_account_policy" "this" {
  policy_name        = local.stream
  policy_type        = "SUBSCRIPTION_FILTER_POLICY"
  scope              = "ALL"
  selection_criteria = "LogGroupName NOT IN ${jsonencode(concat([local.log_group], var.left_out_groups))}"

  policy_document = jsonencode({
    DestinationArn = local.stream_arn
    RoleArn        = aws_iam_role.subscription.arn
    FilterPattern  = ""
    Distribution   = "Random"
  })

  depends_on = [aws_kinesis_firehose_delivery_stream.this, aws_iam_role_policy.subscription]
}
