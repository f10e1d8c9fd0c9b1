# 按职责授予预定义角色或自定义角色。
resource "google_project_iam_member" "this" {
  role = "roles/run.admin"
}

resource "google_project_iam_binding" "this" {
  role = "roles/run.developer"
}

resource "google_folder_iam_member" "this" {
  role = "roles/resourcemanager.folderViewer"
}

resource "google_organization_iam_binding" "this" {
  role = "roles/resourcemanager.organizationViewer"
}

resource "google_project_iam_policy" "this" {
  policy_data = jsonencode({
    bindings = [{
      role    = "roles/viewer"
      members = ["group:dev@example.com"]
    }]
  })
}
