resource "aws_redshift_cluster" "this" {
  encrypted  = true
  kms_key_id = var.analytics_kms_key_arn
}

resource "aws_opensearch_domain" "this" {
  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.analytics_kms_key_arn
  }
  node_to_node_encryption {
    enabled = true
  }
}

resource "aws_elasticsearch_domain" "this" {
  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.analytics_kms_key_arn
  }
  node_to_node_encryption {
    enabled = true
  }
}

resource "aws_msk_cluster" "this" {
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }
}

resource "aws_kinesis_stream" "this" {
  encryption_type = "KMS"
  kms_key_id      = var.analytics_kms_key_arn
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  server_side_encryption {
    enabled  = true
    key_type = "CUSTOMER_MANAGED_CMK"
    key_arn  = var.analytics_kms_key_arn
  }
}

# 使用自管密钥时，还需授权 SNS、S3 等服务使用该密钥。
resource "aws_sqs_queue" "this" {
  kms_master_key_id       = var.analytics_kms_key_arn
  sqs_managed_sse_enabled = null
}

resource "aws_sns_topic" "this" {
  kms_master_key_id = var.analytics_kms_key_arn
}

variable "analytics_kms_key_arn" {
  description = "ARN of the KMS key for warehouses, search engines, queues and streams"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
