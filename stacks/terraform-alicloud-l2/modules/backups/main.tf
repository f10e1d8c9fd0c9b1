# 8.1.4.9: daily backups of what is tagged for it, with copies in a second region; from level 3 on nobody can delete
# them before their time, not even an administrator. The lock cannot be taken off again.
resource "alicloud_hbr_vault" "this" {
  vault_name          = var.name
  description         = "Backups of ${var.name}"
  vault_type          = "STANDARD"
  vault_storage_class = "STANDARD"
  encrypt_type        = var.kms_key == null ? "HBR_PRIVATE" : "KMS"
  kms_key_id          = var.kms_key == null ? null : var.kms_key.id
  worm_enabled        = var.level.number >= 3
}

resource "alicloud_hbr_replication_vault" "copy" {
  provider = alicloud.standby

  vault_name                   = "${var.name}-copy"
  description                  = "Copies of the backups of ${var.name}"
  vault_storage_class          = "STANDARD"
  replication_source_region_id = var.region
  replication_source_vault_id  = alicloud_hbr_vault.this.id
  encrypt_type                 = var.copy_kms_key == null ? "HBR_PRIVATE" : "KMS"
  kms_key_id                   = var.copy_kms_key == null ? null : var.copy_kms_key.id
}

resource "alicloud_hbr_policy" "objects" {
  policy_name        = "${var.name}-objects"
  policy_description = "Daily backups of objects and files"
  policy_type        = "STANDARD"

  rules {
    rule_type = "TRANSITION"
    retention = var.level.backup_retention_days
  }
  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1735668000|P1D"
    vault_id    = alicloud_hbr_vault.this.id
  }
  rules {
    rule_type             = "REPLICATION"
    replication_region_id = var.copy_region
    retention             = var.level.backup_retention_days
  }
  rules {
    rule_type = "TAG"
    data_source_filters {
      source_type = "OSS"
    }
    tag_filters {
      key      = "backup"
      operator = "EQUAL"
      value    = var.name
    }
  }

  depends_on = [alicloud_hbr_replication_vault.copy]
}

resource "alicloud_hbr_policy" "servers" {
  policy_name        = "${var.name}-servers"
  policy_description = "Daily backups of whole servers"
  policy_type        = "UDM_ECS_ONLY"

  rules {
    rule_type = "TRANSITION"
    retention = var.level.backup_retention_days
  }
  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1735668000|P1D"
    immutable   = var.level.number >= 3
  }
  rules {
    rule_type             = "REPLICATION"
    replication_region_id = var.copy_region
    retention             = var.level.backup_retention_days
  }
  rules {
    rule_type = "TAG"
    data_source_filters {
      source_type = "UDM_ECS"
    }
    tag_filters {
      key      = "backup"
      operator = "EQUAL"
      value    = var.name
    }
  }

  depends_on = [alicloud_hbr_replication_vault.copy]
}
