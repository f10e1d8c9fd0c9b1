resource "google_service_account_iam_member" "this" {
  member = "group:deployers@example.com"
}

resource "google_kms_crypto_key_iam_binding" "this" {
  members = ["serviceAccount:app@shop.iam.gserviceaccount.com"]
}

resource "google_pubsub_topic_iam_member" "this" {
  member = "serviceAccount:app@shop.iam.gserviceaccount.com"
}

resource "google_secret_manager_secret_iam_policy" "this" {
  policy_data = jsonencode({
    bindings = [{
      role    = "roles/secretmanager.secretAccessor"
      members = ["serviceAccount:app@shop.iam.gserviceaccount.com"]
    }]
  })
}

# 只接受本组织仓库的令牌。
resource "google_iam_workload_identity_pool_provider" "this" {
  attribute_condition = "assertion.repository_owner == 'shop-example'"
}
