resource "tencentcloud_cls_logset" "this" {
  logset_name = var.name
  tags        = var.tags
}

# Records are encrypted (8.1.4.8b) and kept for as long as the law asks (8.1.5.4c).
resource "tencentcloud_cls_topic" "this" {
  for_each = toset(var.topics)

  logset_id    = tencentcloud_cls_logset.this.id
  topic_name   = "${var.name}-${each.key}"
  describes    = "${each.key} records of ${var.name}"
  period       = var.retention_days
  storage_type = "hot"
  encryption   = 1
  auto_split   = true
  tags         = var.tags
}

# Without an index nothing can be searched and no alarm can be raised (8.1.5.4d).
resource "tencentcloud_cls_index" "this" {
  for_each = tencentcloud_cls_topic.this

  topic_id                = each.value.id
  status                  = true
  include_internal_fields = true

  rule {
    full_text {
      case_sensitive = false
      contain_z_h    = true
      tokenizer      = "@&?|#()='\",;:<>[]{}/ \n\t\r\\"
    }

    dynamic_index {
      status = true
    }
  }
}
