# 分类取值：core、important、sensitive-pi、pi、processing-record、ai-training、general
resource "alicloud_oss_bucket" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "alicloud_db_instance" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "alicloud_polardb_cluster" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "alicloud_nas_file_system" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "alicloud_log_project" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}
