resource "google_logging_project_bucket_config" "this" {
  retention_days = 365
}

resource "google_logging_folder_bucket_config" "this" {
  retention_days = 365
}

resource "google_logging_organization_bucket_config" "this" {
  retention_days = 365
}

resource "google_logging_billing_account_bucket_config" "this" {
  retention_days = 365
}

resource "google_storage_bucket" "this" {
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age = 365
    }
  }
}
