# 阻止公共访问:任何授权或访问控制列表都不能再对所有人开放该存储桶。
resource "google_storage_bucket" "this" {
  public_access_prevention    = "enforced"
  uniform_bucket_level_access = true
}

# Who may read is named: a group, a service account.
resource "google_storage_bucket_iam_member" "this" {
  member = "group:storage-readers@example.com"
}

resource "google_storage_bucket_iam_binding" "this" {
  members = ["group:storage-readers@example.com"]
}

resource "google_storage_bucket_iam_policy" "this" {
  policy_data = jsonencode({
    bindings = [{
      role    = "roles/storage.objectViewer"
      members = ["group:storage-readers@example.com"]
    }]
  })
}

resource "google_storage_bucket_access_control" "this" {
  entity = "group-storage-readers@example.com"
}

resource "google_storage_default_object_access_control" "this" {
  entity = "group-storage-readers@example.com"
}

resource "google_storage_bucket_acl" "this" {
  predefined_acl = null
  default_acl    = null
  role_entity    = ["READER:group-storage-readers@example.com"]
}

resource "google_storage_default_object_acl" "this" {
  role_entity = ["READER:group-storage-readers@example.com"]
}
