resource "alicloud_cr_ee_repo" "this" {
  repo_type        = "PRIVATE"
  tag_immutability = true
}

resource "alicloud_cr_ee_namespace" "this" {
  default_visibility = "PRIVATE"
}

resource "alicloud_cr_namespace" "this" {
  default_visibility = "PRIVATE"
}

resource "alicloud_cr_repo" "this" {
  repo_type = "PRIVATE"
}

resource "alicloud_cr_chart_repository" "this" {
  repo_type = "PRIVATE"
}
